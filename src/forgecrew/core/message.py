"""What goes to a chat model and what comes back."""

from dataclasses import dataclass
from typing import Literal

from forgecrew.core.json import Json


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a prompt."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class ModelRequest:
    """One call: free text (schema None) or one flat JSON object (schema given); never both tools and a schema.

    `role` is the crew role that asks and `purpose` the step's name: both are for logs, limits and recorded answers.
    """

    messages: tuple[Message, ...]
    role: str
    purpose: str
    output_tokens_max: int
    schema: Json | None = None
    temperature: float = 0.0
    timeout_seconds: float = 600.0


@dataclass(frozen=True, slots=True)
class ModelReply:
    """One answer; the token counts are the server's where it reports them, else the estimate."""

    text: str
    prompt_tokens: int
    output_tokens: int
    seconds: float
    finish: Literal["stop", "length", "unknown"] = "stop"
