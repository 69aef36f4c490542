"""Registers tables. What the crew remembers."""

from forgecrew.store.tables import chunk, chunk_text, entity, fact, forgotten, recall, relation, vector

__all__ = ["chunk", "chunk_text", "entity", "fact", "forgotten", "recall", "relation", "vector"]
