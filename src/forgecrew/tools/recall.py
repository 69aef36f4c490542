"""Asks memory: lines with citations."""

from pathlib import Path

from forgecrew.core.action import Action, Observation
from forgecrew.ports.recall import MemoryQuestions
from forgecrew.ports.sandbox import Sandbox
from forgecrew.ports.tool import Tool

NEEDS_OF_RUN = ("memory",)


def tool(memory: MemoryQuestions) -> Tool:
    """The search of one run."""
    return Recall(memory)


class Recall:
    """Kind `recall`: the question stands behind the word or in the body."""

    kind = "recall"
    contract = Path(__file__).with_suffix(".md").read_text(encoding="utf-8").strip()

    def __init__(self, memory: MemoryQuestions) -> None:
        self._memory = memory

    async def run(self, sandbox: Sandbox, action: Action) -> Observation:
        """TellModel for an empty question."""
        return Observation(await self._memory.search(f"{action.argument}\n{action.body}".strip()))
