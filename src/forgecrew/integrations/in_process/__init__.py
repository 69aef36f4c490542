"""A graph sink that needs no server."""
