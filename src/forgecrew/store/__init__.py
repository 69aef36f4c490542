"""Our own database."""
