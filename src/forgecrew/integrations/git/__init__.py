"""Git on the host: bare repositories only, no hooks, no settings of the machine, no token on disk or in arguments."""
