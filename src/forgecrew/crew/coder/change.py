"""From the first look at the code to the draft."""

from forgecrew.agents import status
from forgecrew.agents.checkout import Checkout
from forgecrew.agents.desk import Desk
from forgecrew.agents.issue_card import IssueCard
from forgecrew.agents.testing import TestRun
from forgecrew.agents.workspace import diff
from forgecrew.core.outcome import Outcome, RunResult
from forgecrew.crew.coder.edit import edit, locate
from forgecrew.crew.coder.open_draft import open_draft
from forgecrew.crew.coder.reproduce import reproduce
from forgecrew.crew.coder.verify import until_green
from forgecrew.crew.coder.words import Work
from forgecrew.ports.sandbox import Sandbox


async def change(desk: Desk, sandbox: Sandbox, card: IssueCard, checkout: Checkout, before: TestRun) -> RunResult:
    """All stages on the code; gives the draft, or says that there is nothing to change."""
    place = await locate(desk, sandbox, card, before)
    await status.start_stage(desk, "reproduce")
    reproduced = await reproduce(desk, sandbox, card, place, before)
    edited = await edit(desk, sandbox, card, f"{before.hint}\n{place}\n\nThe test: {reproduced.notes}")
    await status.start_stage(desk, "verify")
    after = await until_green(desk, sandbox, card, edited, before)

    patch = await desk.read("diff", lambda: diff(sandbox))
    if not patch:
        await status.finish(desk, "I found nothing to change in the code for this issue.", failed=True)
        return RunResult(Outcome.BLOCKED, "the run ended without a change")
    await status.start_stage(desk, "draft")
    return await open_draft(desk, sandbox, card, checkout, Work(edited, reproduced.run, after, patch))
