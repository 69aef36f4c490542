"""The way out of sandboxes: a proxy of our own at a Unix socket per sandbox."""
