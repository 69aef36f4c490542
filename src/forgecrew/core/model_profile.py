"""What one model on one server can do, measured at start-up and stored."""

from dataclasses import dataclass

from forgecrew.core.tokens import CHARACTERS_PER_TOKEN


@dataclass(frozen=True, slots=True)
class ModelProfile:
    """Facts about a model; `window` in tokens covers prompt and answer together."""

    server: str
    name: str
    window: int = 4096
    characters_per_token: float = CHARACTERS_PER_TOKEN
    schema_enforced: bool = True
    thinking_switch: bool = False
