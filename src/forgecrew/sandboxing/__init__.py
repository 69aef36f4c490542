"""What the kinds of sandboxes share: one sandbox over a small backend protocol, and the programs that run inside."""
