"""An intent as it is stored: what has become of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from forgecrew.core.intent import Intent
from forgecrew.core.json import Json


class IntentState(StrEnum):
    """Life of an intent."""

    PROPOSED = "proposed"
    ALLOWED = "allowed"
    WAITING = "waiting"
    DENIED = "denied"
    EXECUTING = "executing"
    DONE = "done"
    FAILED = "failed"
    EXPIRED = "expired"


ENDED = frozenset({IntentState.DENIED, IntentState.DONE, IntentState.FAILED, IntentState.EXPIRED})


@dataclass(frozen=True, slots=True)
class StoredIntent:
    """An intent and what has become of it; `problem` tells why it was denied or failed."""

    id: str
    intent: Intent
    state: IntentState
    attempts: int = 0
    result: Json | None = None
    problem: str = ""
    created_at: datetime | None = None
    updated_at: datetime | None = None
