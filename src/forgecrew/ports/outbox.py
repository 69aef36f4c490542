"""The only way for a run to change the world: propose, then wait for the effects process."""

from typing import Protocol

from forgecrew.core.intent import Intent
from forgecrew.core.json import Json


class Outbox(Protocol):
    """Keeps intents for the effects process."""

    async def propose(self, intent: Intent) -> str:
        """Store the intent under its key and give its id; the same key again gives the id of the first."""
        ...

    async def outcome(self, intent_id: str, *, timeout_seconds: float) -> Json:
        """Wait until it ended; the result of the effect.

        Raises RefusedError when it was denied or failed for good, WorldError when it is not done in time.
        """
        ...

    async def keep_bytes(self, content: bytes) -> str:
        """Store bytes for an intent to refer to (a git bundle); gives their SHA-256 in hex."""
        ...

    async def read_bytes(self, sha256: str) -> bytes:
        """What keep_bytes stored. Raises NotFound."""
        ...
