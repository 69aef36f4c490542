"""Registers tables. What the crew remembers."""

from forgecrew.store.tables import chunk, chunk_text, document, entity, fact, forgotten, recall, relation, vector

__all__ = ["chunk", "chunk_text", "document", "entity", "fact", "forgotten", "recall", "relation", "vector"]
