"""Shows what memory knows to be one step away from something, or what was so of an issue on a day."""

import re
from pathlib import Path

from forgecrew.core.action import Action, Observation
from forgecrew.core.signals import TellModel
from forgecrew.ports.recall import MemoryQuestions
from forgecrew.ports.sandbox import Sandbox
from forgecrew.ports.tool import Tool

NEEDS_OF_RUN = ("memory",)
_ON_A_DAY = re.compile(r"#?(\d{1,9})\s+(\d{4}-\d\d-\d\d)")


def tool(memory: MemoryQuestions) -> Tool:
    """The structured questions of one run."""
    return Related(memory)


class Related:
    """Kind `related`: the name, and perhaps a day, stand behind the word."""

    kind = "related"
    contract = Path(__file__).with_suffix(".md").read_text(encoding="utf-8").strip()

    def __init__(self, memory: MemoryQuestions) -> None:
        self._memory = memory

    async def run(self, sandbox: Sandbox, action: Action) -> Observation:
        """TellModel when nothing is named."""
        name = f"{action.argument} {action.body}".strip()
        if not name:
            raise TellModel("Name what you ask about: #3, a path, a commit or a `symbol`.")
        if match := _ON_A_DAY.fullmatch(name):
            return Observation(await self._memory.as_of(int(match[1]), match[2]))
        return Observation(await self._memory.related(name))
