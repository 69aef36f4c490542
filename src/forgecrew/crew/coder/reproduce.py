"""A test that shows the fault of an issue before it is mended."""

from forgecrew.agents.desk import Desk
from forgecrew.agents.issue_card import IssueCard
from forgecrew.agents.stage import Stage, work
from forgecrew.agents.testing import TestRun, run_all
from forgecrew.ports.sandbox import Sandbox


class Reproduced:
    """What the stage left: the model's notes, and the test run that shows the fault (None when no test can)."""

    def __init__(self, notes: str, run: TestRun | None) -> None:
        self.notes, self.run = notes, run


async def reproduce(desk: Desk, sandbox: Sandbox, card: IssueCard, place: str, before: TestRun) -> Reproduced:
    """A test that fails for the reason of the issue; accepted only when a real test run fails more than before."""
    seen: list[TestRun] = []

    async def accept(notes: str) -> str:
        if notes.lower().startswith("no test:"):
            seen.clear()
            return ""
        found = await run_all(desk, sandbox, f"reproduce {desk.steps}")
        seen[:] = [found]
        if found.broken > before.broken:
            return ""
        return f"All tests pass, so nothing shows the fault yet. Write a test that fails today.\n{found.summary}"

    stage = Stage(
        "reproduce", tools=desk.role.tools, card=card.text(), guide=card.guide, notes=place, accept=accept, lenient=True
    )
    notes = await work(desk, sandbox, stage)
    shows = bool(seen) and seen[0].broken > before.broken
    return Reproduced(notes if shows else f"{notes}\n(no failing test was found)", seen[0] if shows else None)
