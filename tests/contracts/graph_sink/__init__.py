"""Every graph sink does the same."""
