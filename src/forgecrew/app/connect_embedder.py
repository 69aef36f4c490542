"""What turns texts into vectors, by settings."""

from forgecrew.app.adapters import chosen
from forgecrew.app.api_key import api_key
from forgecrew.app.settings import Settings
from forgecrew.ports.embedder import Embedder, EmbedderSettings


def embedder_of(settings: Settings) -> Embedder | None:
    """What turns texts into vectors (no I/O yet); None when memory searches by words alone."""
    wished = settings.memory
    if wished.embedder == "none":
        return None
    wanted = EmbedderSettings(
        folder=settings.home / "models" / wished.embedder, url=wished.url, name=wished.name,
        api_key=api_key(wished, section="memory"), timeout_seconds=wished.timeout_seconds,
    )  # fmt: skip
    return chosen(settings.file, "embedder", "memory.embedder", wished.embedder).connect(wanted)
