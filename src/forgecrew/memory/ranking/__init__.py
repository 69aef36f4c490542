"""Putting what was found in order."""
