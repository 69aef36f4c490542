"""A quiet team of self-hosted AI colleagues who live in a Gitea forge."""

__version__ = "0.1.0"
