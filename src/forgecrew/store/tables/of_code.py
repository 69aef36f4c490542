"""Registers tables. The index of code."""

from forgecrew.store.tables import code_blob, code_commit, code_repo

__all__ = ["code_blob", "code_commit", "code_repo"]
