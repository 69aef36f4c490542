"""Doors for people at a shell: one file per command, found by looking at this folder."""
