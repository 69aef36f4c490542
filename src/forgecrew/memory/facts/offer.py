"""What a model offers as a fact, and the text that it read; nothing of it is believed before keep.py has looked at it."""

from dataclasses import dataclass
from datetime import datetime

EXTRACTOR = "facts@1"
"""Changes with the prompts: another version reads everything anew, and each one's facts go with one statement."""
PREFIX = "facts@"
KINDS = ("decision", "preference", "cause", "agreement")
TOPIC_CHARACTERS_MAX = 40
QUOTE_CHARACTERS_MIN, QUOTE_CHARACTERS_MAX = 12, 400
CONFIDENCE = {"certain": 0.9, "likely": 0.7}
"""By what the model says of itself; whoever guesses is not heard."""


@dataclass(frozen=True, slots=True)
class FactSource:
    """One live chunk that a person wrote; the label of a fact is that of its source."""

    id: int
    event_id: str
    entity_id: int
    repo: str
    readers: str
    integrity: int
    kind: str
    source_key: str
    thread_key: str
    author: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Offer:
    """One fact as a model tells it. `about` is project, thread, author or a name; `sure` a key of CONFIDENCE or `guess`."""

    kind: str
    about: str
    topic: str
    statement: str
    quote: str
    sure: str
