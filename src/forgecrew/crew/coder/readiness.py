"""Whether an issue can be worked on."""

from forgecrew.agents import schema, status
from forgecrew.agents.decision import decide_stage
from forgecrew.agents.desk import Desk
from forgecrew.agents.issue_card import IssueCard
from forgecrew.core.json import Json
from forgecrew.core.outcome import Outcome, RunResult

READINESS = schema.flat(
    "Readiness",
    verdict=schema.one_of("ready", "not_ready", "already_done", "declined"),
    reason=schema.text(300),
    questions=schema.texts(3, 200),
)
NO_CODE = {"already_done": Outcome.ALREADY_DONE, "declined": Outcome.DECLINED}


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
