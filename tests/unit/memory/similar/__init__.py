"""Earlier threads about the same thing."""
