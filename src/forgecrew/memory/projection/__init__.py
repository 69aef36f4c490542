"""A copy of the graph elsewhere."""
