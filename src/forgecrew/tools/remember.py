"""Keeps a note in memory, with the label of the run."""

from pathlib import Path

from forgecrew.core.action import Action, Observation
from forgecrew.ports.recall import MemoryQuestions
from forgecrew.ports.sandbox import Sandbox
from forgecrew.ports.tool import Tool

NEEDS_OF_RUN = ("memory",)
PAGES = ("decision", "lesson")


def tool(memory: MemoryQuestions) -> Tool:
    """The notes of one run."""
    return Remember(memory)


class Remember:
    """Kind `remember`: the note is the body; the argument says whether it is a decision or a lesson."""

    kind = "remember"
    contract = Path(__file__).with_suffix(".md").read_text(encoding="utf-8").strip()

    def __init__(self, memory: MemoryQuestions) -> None:
        self._memory = memory

    async def run(self, sandbox: Sandbox, action: Action) -> Observation:
        """TellModel for an empty or too long note."""
        first, _, rest = action.argument.strip().partition(" ")
        kind = first.lower().strip("[]<>:")
        if kind in PAGES and action.body.strip():
            return Observation(await self._memory.propose(kind, f"{rest}\n{action.body}".strip()))
        said = rest if "|" in kind else action.argument  # the words of the contract, copied
        return Observation(await self._memory.note(f"{said}\n{action.body}".strip()))
