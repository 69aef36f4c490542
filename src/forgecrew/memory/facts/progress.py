"""How far a version has read, and what came of it: one cursor per version, so that reading goes on where it was."""

import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.memory.facts.offer import EXTRACTOR
from forgecrew.store.queries import cursors


@dataclass(slots=True)
class Progress:
    """All chunks from `past` to `chunk` were looked at: what is new comes first, then what is older, the newest of it first.

    `chosen` are those that are still to be read closely, `today` counts facts of `day`.
    """

    chunk: int = 0
    past: int = 0
    chosen: list[int] = field(default_factory=list[int])
    texts: int = 0
    calls: int = 0
    prompt_tokens: int = 0
    prompt_tokens_most: int = 0
    day: str = ""
    today: int = 0
    counts: dict[str, int] = field(default_factory=dict[str, int])

    def add(self, counts: Counter[str], now: datetime) -> None:
        """Count what came of some offers."""
        self.counts = dict(Counter(self.counts) + counts)
        self.today = self.kept_on(now) + counts["kept"]
        self.day = f"{now:%Y-%m-%d}"

    def called(self, prompt_tokens: int) -> None:
        """Count one call of the model."""
        self.calls += 1
        self.prompt_tokens += prompt_tokens
        self.prompt_tokens_most = max(self.prompt_tokens_most, prompt_tokens)

    def kept_on(self, now: datetime) -> int:
        """Facts that were kept on that day so far."""
        return self.today if self.day == f"{now:%Y-%m-%d}" else 0


async def load(connection: AsyncConnection, version: str = EXTRACTOR) -> Progress:
    """How far it is; the beginning for one that never read."""
    value = await cursors.get(connection, _name(version))
    return Progress(**json.loads(value)) if value else Progress()


async def save(connection: AsyncConnection, progress: Progress, version: str = EXTRACTOR) -> None:
    """Keep it."""
    await cursors.set_value(connection, _name(version), json.dumps(asdict(progress)))


async def begin_again(connection: AsyncConnection, version: str = EXTRACTOR) -> None:
    """Everything is read once more."""
    await save(connection, Progress(), version)


def _name(version: str) -> str:
    return f"memory:{version}"
