"""Ollama by its own API, the only one that carries the window."""
