"""Documents that people send: read in a sandbox, remembered by page, heading or file."""
