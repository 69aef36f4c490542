"""The triager's way: one decision from a closed set, then labels, or at most three questions."""

from forgecrew.agents import schema, status
from forgecrew.agents.decision import decide_stage
from forgecrew.agents.desk import Desk
from forgecrew.agents.issue_card import read_card
from forgecrew.core.json import digest
from forgecrew.core.outcome import Outcome, RunResult
from forgecrew.crew.triager.related import related

LABELS_MAX = 3


async def run(desk: Desk) -> RunResult:
    """Read one new issue, label it, ask what is missing."""
    number = desk.task.subject.number
    await status.start_stage(desk, "read")
    card = await read_card(desk, number)
    if card.state == "closed":
        return RunResult(Outcome.ALREADY_DONE, "the issue is closed")
    offered = await desk.read("labels", lambda: names(desk))
    judged = schema.flat(
        "Triage",
        kind=schema.one_of("bug", "feature", "docs", "question", "other"),
        readiness=schema.one_of("ready", "needs_info"),
        labels=schema.texts(LABELS_MAX, 60),
        questions=schema.texts(3, 200),
        reason=schema.text(200),
    )
    listed = "\n".join(f"- {line}" for line in offered) or "- (this repository offers none)"
    answer = await decide_stage(desk, "read", judged, card=card.text(), notes=f"Labels:\n{listed}")
    chosen = fitting([str(name) for name in answer["labels"]], offered, str(answer["kind"]), str(answer["readiness"]))
    if chosen:
        await status.start_stage(desk, "label")
        await desk.write("add_labels", {"names": chosen}, key=f"labels:{digest(chosen)[:16]}")
    seen = await related(desk, card)
    questions = [str(question) for question in answer["questions"]]
    if answer["readiness"] == "needs_info" and questions:
        asked = "\n".join(f"{at}. {question}" for at, question in enumerate(questions, 1))
        body = "\n\n".join([f"Thank you. Before somebody can start on this:\n\n{asked}", *seen])
        await desk.write("comment", {"body": body, "marker": f"questions:{desk.task.id}"}, key="questions")
        return RunResult(Outcome.ASKED, str(answer["reason"]))
    if seen:
        marked = {"body": "\n\n".join(seen), "marker": f"related:{desk.task.id}"}
        await desk.write("comment", marked, key="related")
    await status.finish(desk, "")
    return RunResult(Outcome.ANSWERED, f"{answer['kind']}, {answer['readiness']}")


async def names(desk: Desk) -> list[str]:
    """Labels of the repository as "name: what it is for"."""
    labels = await desk.forge.issues.labels(desk.task.subject.repo)
    return [f"{label.name}: {label.description}" if label.description else label.name for label in labels]


def fitting(wanted: list[str], offered: list[str], kind: str, readiness: str) -> list[str]:
    """Names that the repository really offers; what the model judged counts even when it forgot to name the label."""
    known = {line.split(":", 1)[0].strip().lower(): line.split(":", 1)[0].strip() for line in offered}
    judged = [f"kind/{kind}", kind, "status/ready" if readiness == "ready" else "status/needs-info"]
    found = [known[name.split(":", 1)[0].strip().lower()] for name in wanted if name.split(":", 1)[0].strip().lower() in known]
    found += [known[name] for name in judged if name in known]
    return list(dict.fromkeys(found))[: LABELS_MAX + 1]
