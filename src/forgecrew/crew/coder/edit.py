"""Finding the place in the code, and changing it."""

from forgecrew.agents import status
from forgecrew.agents.desk import Desk
from forgecrew.agents.issue_card import IssueCard
from forgecrew.agents.stage import Stage, work
from forgecrew.agents.testing import TestRun
from forgecrew.agents.workspace import files
from forgecrew.ports.sandbox import Sandbox

LOOKS = ("sh", "recall", "related", "similar")
"""Tools that change nothing of a repository: what finding a place takes."""


def looking(tools: tuple[str, ...]) -> tuple[str, ...]:
    """Those of a role's tools."""
    return tuple(kind for kind in tools if kind in LOOKS) or LOOKS[:1]


async def locate(desk: Desk, sandbox: Sandbox, card: IssueCard, before: TestRun) -> str:
    """The model's notes of where the fault is."""
    await status.start_stage(desk, "locate")
    listed = await desk.read("files", lambda: files(sandbox))
    notes = f"{before.hint}\nFiles:\n{listed}"
    stage = Stage("locate", tools=looking(desk.role.tools), card=card.text(), guide=card.guide, notes=notes, lenient=True)
    return await work(desk, sandbox, stage)


async def edit(desk: Desk, sandbox: Sandbox, card: IssueCard, notes: str) -> str:
    """The model's closing notes of the change."""
    await status.start_stage(desk, "edit")
    return await work(desk, sandbox, Stage("edit", tools=desk.role.tools, card=card.text(), guide=card.guide, notes=notes))
