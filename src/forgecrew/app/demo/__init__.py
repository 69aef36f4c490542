"""The demo: a practice forge, a small project with a fault, and the whole crew as real processes."""
