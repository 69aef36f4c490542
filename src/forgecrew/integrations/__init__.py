"""The world: one folder per outside system, one file per port that it serves."""
