"""Parts of the bubblewrap backend that need no sandbox."""
