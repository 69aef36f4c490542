"""From the first look at the code to the draft."""

from forgecrew.agents import status
from forgecrew.agents.checkout import Checkout
from forgecrew.agents.desk import Desk
from forgecrew.agents.issue_card import IssueCard
from forgecrew.agents.stage import Stage, work
from forgecrew.agents.testing import TestRun
from forgecrew.agents.workspace import diff, files
from forgecrew.core.outcome import Outcome, RunResult
from forgecrew.crew.coder.open_draft import open_draft
from forgecrew.crew.coder.reproduce import reproduce
from forgecrew.crew.coder.verify import until_green
from forgecrew.crew.coder.words import Work
from forgecrew.ports.sandbox import Sandbox


async def change(desk: Desk, sandbox: Sandbox, card: IssueCard, checkout: Checkout, before: TestRun) -> RunResult:
    """All stages on the code; gives the draft, or says that there is nothing to change."""
    await status.start_stage(desk, "locate")
    listed = await desk.read("files", lambda: files(sandbox))
    looking = Stage(
        "locate", tools=("sh",), card=card.text(), guide=card.guide, notes=f"{before.hint}\nFiles:\n{listed}", lenient=True
    )
    place = await work(desk, sandbox, looking)
    await status.start_stage(desk, "reproduce")
    reproduced = await reproduce(desk, sandbox, card, place, before)
    await status.start_stage(desk, "edit")
    notes = f"{before.hint}\n{place}\n\nThe test: {reproduced.notes}"
    edited = await work(desk, sandbox, Stage("edit", tools=desk.role.tools, card=card.text(), guide=card.guide, notes=notes))
    await status.start_stage(desk, "verify")
    after = await until_green(desk, sandbox, card, edited, before)

    patch = await desk.read("diff", lambda: diff(sandbox))
    if not patch:
        await status.finish(desk, "I found nothing to change in the code for this issue.", failed=True)
        return RunResult(Outcome.BLOCKED, "the run ended without a change")
    await status.start_stage(desk, "draft")
    return await open_draft(desk, sandbox, card, checkout, Work(edited, reproduced.run, after, patch))
