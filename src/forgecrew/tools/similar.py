"""Lists older issues and pull requests that may be about the same thing."""

import re
from pathlib import Path

from forgecrew.core.action import Action, Observation
from forgecrew.core.signals import TellModel
from forgecrew.ports.recall import MemoryQuestions
from forgecrew.ports.sandbox import Sandbox
from forgecrew.ports.tool import Tool

NEEDS_OF_RUN = ("memory",)


def tool(memory: MemoryQuestions) -> Tool:
    """The question of one run."""
    return Similar(memory)


class Similar:
    """Kind `similar`: the number stands behind the word."""

    kind = "similar"
    contract = Path(__file__).with_suffix(".md").read_text(encoding="utf-8").strip()

    def __init__(self, memory: MemoryQuestions) -> None:
        self._memory = memory

    async def run(self, sandbox: Sandbox, action: Action) -> Observation:
        """TellModel when no number is named."""
        match = re.fullmatch(r"#?(\d{1,9})", f"{action.argument} {action.body}".strip())
        if not match:
            raise TellModel("Name one issue or pull request by its number: similar #3.")
        return Observation(await self._memory.similar(int(match[1])))
