"""The sandbox port, held against every backend and every strength of it."""
