"""A tool: one kind of action that an agent can do in its sandbox.

A module `tools/<verb_object>.py` offers `tool() -> Tool`; beside it `<verb_object>.md` holds the contract that the model reads.
Its NEEDS name what it is given; one with NEEDS_OF_RUN is made for each run anew.
"""

from typing import Protocol

from forgecrew.core.action import Action, Observation
from forgecrew.ports.sandbox import Sandbox


class Tool(Protocol):
    """Raises TellModel for what the model can repair, SandboxUnavailable when the sandbox is gone."""

    kind: str
    """First word of the fenced block."""
    contract: str
    """How to call it, for the prompt: at most 90 tokens."""

    async def run(self, sandbox: Sandbox, action: Action) -> Observation:
        """Do it."""
        ...
