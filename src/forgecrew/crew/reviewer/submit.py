"""The verdict, and the one review that carries it."""

from dataclasses import dataclass

from forgecrew.agents import schema
from forgecrew.agents.decision import decide_stage
from forgecrew.agents.desk import Desk
from forgecrew.agents.diff_view import FileView, split_finding
from forgecrew.agents.issue_card import IssueCard
from forgecrew.agents.review_card import ReviewCard
from forgecrew.agents.testing import TestRun
from forgecrew.core.intent import ActionClass
from forgecrew.core.label import Integrity
from forgecrew.core.outcome import Outcome, RunResult

VERDICT = schema.flat(
    "Verdict",
    verdict=schema.one_of("approve", "request_changes", "comment"),
    summary=schema.text(600),
    findings=schema.texts(5, 400),
)
WORDS = {"approve": "APPROVED", "request_changes": "REQUEST_CHANGES", "comment": "COMMENT"}
SAID = {"APPROVED": "approved", "REQUEST_CHANGES": "asked for changes", "COMMENT": "commented"}
INLINE_MAX = 5


@dataclass(frozen=True, slots=True)
class Seen:
    """What the stages before found."""

    points: list[str]
    verified: str
    tests: TestRun


async def verdict(desk: Desk, card: IssueCard, pull: ReviewCard, views: list[FileView], seen: Seen) -> RunResult:
    """Decide and submit; a change whose tests fail is never approved, whatever the model says."""
    notes = f"Pull request: {pull.bare_title}\n{pull.body}\n\nTests: {seen.tests.summary}\n\nYou verified:\n{seen.verified}"
    answer = await decide_stage(
        desk,
        "verdict",
        VERDICT,
        card=card.text(),
        guide=card.guide,
        notes=notes,
        shown="\n\n".join(view.text for view in views),
    )
    word = WORDS[str(answer["verdict"])]
    findings = [str(finding) for finding in answer["findings"]]
    if word == "APPROVED" and seen.tests.broken:
        word, findings = "REQUEST_CHANGES", [f"The tests fail: {seen.tests.summary}", *findings]
    if word == "APPROVED" and desk.task.label.integrity < Integrity.CONTRIBUTOR:
        word = "COMMENT"  # nobody but its author stands behind it: an agent's approval is not to be had for the asking
    if word == "REQUEST_CHANGES" and not findings:
        findings = [str(answer["summary"])]
    inline, rest = sort_findings(findings, views)
    body = review_body(desk, str(answer["summary"]), rest, seen.tests)
    arguments = {"number": pull.number, "verdict": word, "body": body, "commit_sha": pull.head_sha, "comments": inline}
    await desk.write("submit_review", arguments, key=f"review:{pull.head_sha}", action_class=ActionClass.A2)
    return RunResult(Outcome.ANSWERED, f"{SAID[word]} at {pull.head_sha[:10]}")


def sort_findings(findings: list[str], views: list[FileView]) -> tuple[list[dict[str, object]], list[str]]:
    """At most INLINE_MAX remarks on lines that the diff shows; the others go into the review's text."""
    inline: list[dict[str, object]] = []
    rest: list[str] = []
    for finding in findings:
        place = split_finding(finding, views)
        if place and len(inline) < INLINE_MAX:
            inline.append({"path": place[0], "line": place[1], "body": place[2]})
        else:
            rest.append(finding)
    return inline, rest


def review_body(desk: Desk, summary: str, rest: list[str], tests: TestRun) -> str:
    """Summary, findings without a line, tests, then one quiet line."""
    listed = "".join(f"\n- {finding}" for finding in rest)
    ran = f"\n\nTests at this head: {tests.summary}." if tests.command else ""
    figures = f"{desk.steps} steps · {desk.house.model_name} · [how I got there]({desk.run_url})"
    return f"{summary}{chr(10) + listed if listed else ''}{ran}\n\n<sub>{figures}</sub>"
