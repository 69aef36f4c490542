"""Section [memory]: how the crew remembers."""

from dataclasses import dataclass, field

from forgecrew.app.sections.bounds import starting_with, within


@dataclass(frozen=True, slots=True)
class MemorySettings:
    """How the crew remembers."""

    embedder: str = "minilm"
    """Folder in integrations/ that turns texts into vectors; "none" searches by words alone."""
    url: str = field(default="", metadata=starting_with("http://", "https://"))
    """Address of the embedder's server, for one that has a server."""
    name: str = ""
    """Name of the model on that server."""
    api_key_env: str = ""
    """Name of the environment variable that holds the server's API key; empty means none is sent."""
    timeout_seconds: float = field(default=60.0, metadata=within(1, 3600))
    """Seconds that one answer of that server may take."""
