"""Wiring: settings, discovery, object graph, processes."""
