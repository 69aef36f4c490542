"""Who they are: one folder per role."""
