"""Hosting of apps: each a service in a sandbox of its own, all behind one reverse proxy."""
