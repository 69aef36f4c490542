"""How adapters of one kind speak to their servers: what several integrations share of HTTP."""
