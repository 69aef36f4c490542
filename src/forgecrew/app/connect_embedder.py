"""What turns texts into vectors, and what reads the best of them once more, by settings."""

from dataclasses import replace

from forgecrew.app.adapters import chosen
from forgecrew.app.api_key import api_key
from forgecrew.app.settings import Settings
from forgecrew.ports.embedder import Embedder, EmbedderSettings
from forgecrew.ports.reranker import Reranker


def embedder_of(settings: Settings) -> Embedder | None:
    """What turns texts into vectors (no I/O yet); None when memory searches by words alone."""
    wished = settings.memory
    if wished.embedder == "none":
        return None
    wanted = EmbedderSettings(
        folder=settings.home / "models" / wished.embedder, url=wished.url, name=wished.name,
        api_key=api_key(wished, prefix="memory."), timeout_seconds=wished.timeout_seconds,
        query_prefix=wished.query_prefix, passage_prefix=wished.passage_prefix, tokens_max=wished.tokens_max,
    )  # fmt: skip
    return chosen(settings.file, "embedder", "memory.embedder", wished.embedder).connect(wanted)


def reranker_of(settings: Settings) -> Reranker | None:
    """What compares the best texts with the question once more (no I/O yet); None when nothing does."""
    wished = settings.memory
    if wished.reranker == "none":
        return None
    key = api_key(replace(wished, api_key_env=wished.reranker_api_key_env), prefix="memory.reranker_")
    wanted = EmbedderSettings(
        folder=settings.home / "models" / wished.reranker, url=wished.reranker_url, name=wished.reranker_name, api_key=key,
        timeout_seconds=wished.reranker_timeout_seconds,
    )  # fmt: skip
    return chosen(settings.file, "reranker", "memory.reranker", wished.reranker).connect(wanted)
