"""The file of recorded answers: one JSON object per line, in the order in which they were given."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from forgecrew.core.errors import ConfigError
from forgecrew.core.json import as_object, digest
from forgecrew.core.message import ModelRequest


@dataclass(frozen=True, slots=True)
class Recorded:
    """One answer. `schema` tells whether a form was asked; `digest` names the request that it answered, empty if unknown."""

    role: str
    purpose: str
    schema: bool
    text: str
    prompt_tokens: int = 0
    output_tokens: int = 0
    finish: str = "stop"
    digest: str = ""

    def line(self) -> str:
        """As it stands in the file."""
        return json.dumps(asdict(self), ensure_ascii=False)


def request_digest(request: ModelRequest) -> str:
    """Equal for equal requests: the same step asked again, from this process or another."""
    messages = [[message.role, message.content] for message in request.messages]
    return digest([request.role, request.purpose, request.schema, request.output_tokens_max, messages])


def load(path: Path) -> list[Recorded]:
    """All answers of the file. Raises ConfigError that names the line."""
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"the recording {path} cannot be read: {error}") from None
    return [_read(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]


def _read(path: Path, number: int, line: str) -> Recorded:
    try:
        fields = as_object(json.loads(line))
        return Recorded(
            role=str(fields["role"]),
            purpose=str(fields["purpose"]),
            schema=bool(fields.get("schema")),
            text=str(fields["text"]),
            prompt_tokens=int(fields.get("prompt_tokens") or 0),
            output_tokens=int(fields.get("output_tokens") or 0),
            finish=str(fields.get("finish") or "stop"),
            digest=str(fields.get("digest") or ""),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigError(f"line {number} of the recording {path} is wrong: {error!r}") from None
