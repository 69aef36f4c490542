"""Gitea and Forgejo: one folder per outside system, one file per need."""
