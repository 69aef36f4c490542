"""Control groups of version 2 and scopes of a real systemd, in a mount namespace of their own."""
