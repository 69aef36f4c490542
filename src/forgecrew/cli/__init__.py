"""Doors for people at a shell: one file per command."""
