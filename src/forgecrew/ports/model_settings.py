"""What an adapter needs to know to connect to a model."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """Where a model is and how to use it; `parallel` bounds the requests in flight to its server from this process."""

    url: str
    name: str
    window: int = 4096
    api_key: str = ""
    parallel: int = 1
    characters_per_token: float = 0.0
    timeout_seconds: float = 600.0
