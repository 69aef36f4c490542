"""From an assigned issue to a tested draft pull request."""

from forgecrew.agents import schema, status
from forgecrew.agents.decision import decide_stage
from forgecrew.agents.desk import Desk
from forgecrew.agents.issue_card import IssueCard, read_card
from forgecrew.agents.stage import Stage, work
from forgecrew.agents.testing import TestRun, run_all
from forgecrew.agents.workspace import Checkout, diff, fetch, files, open_workspace
from forgecrew.core.errors import LimitReached, RefusedError, Stopped
from forgecrew.core.json import Json
from forgecrew.core.outcome import Outcome, RunResult
from forgecrew.core.signals import AskHuman
from forgecrew.crew.coder import deliver, unfinished, verify
from forgecrew.ports.sandbox import Sandbox

READINESS = schema.flat(
    "Readiness",
    verdict=schema.one_of("ready", "not_ready", "already_done", "declined"),
    reason=schema.text(300),
    questions=schema.texts(3, 200),
)
NO_CODE = {"already_done": Outcome.ALREADY_DONE, "declined": Outcome.DECLINED}


async def run(desk: Desk) -> RunResult:
    """All stages up to the draft; ends early where the issue cannot or need not be worked on."""
    card = await read_card(desk, desk.task.subject.number)
    if card.state == "closed":
        return RunResult(Outcome.ALREADY_DONE, "the issue is closed")
    if not card.base_sha:
        raise RefusedError(
            f"{desk.task.subject.repo} is empty: push a first commit to {card.default_branch}, then assign me again"
        )
    await status.start_stage(desk, "readiness")
    early = await readiness(desk, card)
    if early:
        return early
    checkout = deliver.checkout_of(desk, card)
    await fetch(desk, card.clone_url, card.base_sha)
    sandbox = await open_workspace(desk, checkout)
    before = await run_all(desk, sandbox, "before")
    try:
        return await change(desk, sandbox, card, checkout, before)
    except Stopped:
        raise
    except (LimitReached, AskHuman) as limit:
        return await unfinished.hand_over(desk, sandbox, card, checkout, limit)


async def change(desk: Desk, sandbox: Sandbox, card: IssueCard, checkout: Checkout, before: TestRun) -> RunResult:
    """From the first look at the code to the draft."""
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
    after = await verify.until_green(desk, sandbox, card, edited, before)

    patch = await desk.read("diff", lambda: diff(sandbox))
    if not patch:
        await status.finish(desk, "I found nothing to change in the code for this issue.", failed=True)
        return RunResult(Outcome.BLOCKED, "the run ended without a change")
    await status.start_stage(desk, "draft")
    return await deliver.open_draft(desk, sandbox, card, checkout, deliver.Work(edited, reproduced.run, after, patch))


async def readiness(desk: Desk, card: IssueCard) -> RunResult | None:
    """None when the issue can be worked on; else how the run ends."""
    if not card.body and not card.comments and len(card.title.split()) < 4:
        answer: Json = {"verdict": "not_ready", "reason": "The issue has no description.",
                        "questions": ["What happens now, what should happen instead, and how can I see it?"]}  # fmt: skip
    else:
        answer = await decide_stage(desk, "readiness", READINESS, card=card.text(), guide=card.guide)
    verdict, reason = answer["verdict"], str(answer["reason"])
    if verdict == "ready":
        return None
    if verdict == "not_ready":
        questions = [str(question) for question in answer["questions"]] or [reason]
        asked = "\n".join(f"{number}. {question}" for number, question in enumerate(questions, 1))
        await status.finish(desk, f"Before I start I need to know:\n\n{asked}\n", failed=True)
        return RunResult(Outcome.ASKED, reason, waits=True)
    words = "This seems to be done already" if verdict == "already_done" else "I would rather not work on this"
    await status.finish(desk, f"{words}: {reason}", failed=True)
    return RunResult(NO_CODE[verdict], reason)


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
