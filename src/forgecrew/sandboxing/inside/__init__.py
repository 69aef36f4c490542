"""Programs that run inside a sandbox: they import the standard library and each other, and are given to `python3 -c`."""
