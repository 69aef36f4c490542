"""What the crew remembers."""
