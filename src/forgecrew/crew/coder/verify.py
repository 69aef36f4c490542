"""Running all tests after a change, and mending until they are no worse than before."""

from forgecrew.agents.desk import Desk
from forgecrew.agents.issue_card import IssueCard
from forgecrew.agents.stage import Stage, work
from forgecrew.agents.testing import TestRun, run_all
from forgecrew.core.errors import LimitReached
from forgecrew.ports.sandbox import Sandbox

MENDS_MAX = 3


async def until_green(desk: Desk, sandbox: Sandbox, card: IssueCard, notes: str, before: TestRun) -> TestRun:
    """The last test run. Raises LimitReached when it still fails after MENDS_MAX attempts to mend it."""
    for attempt in range(MENDS_MAX + 1):
        after = await run_all(desk, sandbox, f"after {attempt}")
        if after.broken <= before.broken and after.ran >= before.ran:
            return after
        if attempt == MENDS_MAX:
            break
        told = f"{notes}\n\nThe tests after your change:\n{after.summary}\n{after.tail[-1500:]}"
        notes = await work(
            desk, sandbox, Stage("verify", tools=desk.role.tools, card=card.text(), guide=card.guide, notes=told)
        )
    raise LimitReached(f"the tests still fail after {MENDS_MAX} attempts to mend them")
