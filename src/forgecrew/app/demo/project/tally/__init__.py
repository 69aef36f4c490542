"""Shares the costs of a flat."""
