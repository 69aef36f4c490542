"""Sections [model] and [model.roles.<role>]: the model that the crew, or one role, thinks with."""

from dataclasses import dataclass, field

from forgecrew.app.sections.bounds import starting_with, within


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """A model on a server."""

    kind: str = "ollama"
    """Folder in integrations/ that speaks to its server."""
    url: str = field(default="", metadata=starting_with("http://", "https://", "file://"))
    """Address of the server, e.g. http://localhost:11434; for kind "recorded" the file of answers, as file:///path."""
    name: str = ""
    """Name of the model on that server."""
    window: int = field(default=4096, metadata=within(1024, 4_000_000))
    """Tokens that prompt and answer may use together."""
    parallel: int = field(default=1, metadata=within(1, 256))
    """Requests in flight to this server at the same time."""
    api_key_env: str = ""
    """Name of the environment variable that holds the API key; empty means none is sent."""
    timeout_seconds: float = field(default=600.0, metadata=within(1, 86_400))
    """Seconds that one answer may take."""
    record: str = ""
    """File to which every answer is appended, to be replayed by kind "recorded"; empty records nothing."""
