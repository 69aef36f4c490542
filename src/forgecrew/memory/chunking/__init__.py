"""Texts cut into pieces that are found and shown alone."""
