from dataclasses import replace
from typing import Any

import pytest

from forgecrew.core.label import Integrity, Label
from forgecrew.core.outcome import Outcome
from forgecrew.core.task import Priority, Task, TaskState
from forgecrew.kernel.decisions import Create, Decision, Known, Stop, Wake
from forgecrew.kernel.trigger import decide
from tests.unit.kernel.crew import CREW, ISSUE, PULL, event

TASK = Task(7, "coder", "casey", ISSUE, TaskState.QUEUED, Priority.HUMAN, "mia", label=Label(Integrity.CONTRIBUTOR))
REVIEW = replace(TASK, id=8, role="reviewer", agent="robin", subject=PULL, asked_by="casey")
Q, R, W, E = TaskState.QUEUED, TaskState.RUNNING, TaskState.WAITING, TaskState.ENDED


def words(decisions: list[Decision]) -> list[str]:
    """Decisions in short: `create coder`, `wake 7`, `stop 7`."""
    short: list[str] = []
    for decision in decisions:
        match decision:
            case Create(new):
                short.append(f"create {new.role}")
            case Wake(task_id):
                short.append(f"wake {task_id}")
            case Stop(task_id):
                short.append(f"stop {task_id}")
    return short


def run(happened: Any, *tasks: Task, heads: str = "") -> list[str]:
    return words(decide(happened, CREW, [Known(task, heads) for task in tasks]))


ASSIGNED = event("issue.assigned", assignees=["casey", "kim"], title="A cent is lost")
REQUESTED = event("pull.review_requested", "casey", requested_reviewers=["robin"], head_sha="h1")


def test_an_assigned_issue_makes_a_task_for_each_agent_among_the_assignees() -> None:
    (made,) = decide(ASSIGNED, CREW, [])
    assert isinstance(made, Create)
    new = made.new
    assert (new.role, new.agent, new.subject, new.asked_by, new.title) == ("coder", "casey", ISSUE, "mia", "A cent is lost")
    assert (new.label.integrity, new.priority) == (Integrity.CONTRIBUTOR, Priority.HUMAN)
    assert run(replace(ASSIGNED, actor="tess")) == ["create coder"]
    assert run(event("issue.assigned", assignees=["casey"], state="closed")) == []
    assert run(event("issue.assigned", assignees=["robin", "kim"])) == []


@pytest.mark.parametrize(
    ("state", "webhook", "polled"),
    [(Q, [], []), (R, [], []), (W, ["wake 7"], []), (E, ["create coder"], [])],
)
def test_assigned_again(state: TaskState, webhook: list[str], polled: list[str]) -> None:
    task = replace(TASK, state=state)
    assert run(ASSIGNED, task) == webhook
    assert run(replace(ASSIGNED, payload=ASSIGNED.payload | {"polled": True}), task) == polled


def test_a_polled_event_makes_a_task_that_never_was() -> None:
    assert run(event("issue.assigned", assignees=["casey"], polled=True)) == ["create coder"]
    assert run(event("issue.assigned", assignees=["casey"], polled=True), replace(TASK, role="triager", state=E)) == [
        "create coder"
    ]


def test_a_new_issue_is_triaged_once_and_agents_issues_are_not() -> None:
    opened = event("issue.opened", "ann")
    assert run(opened) == ["create triager"]
    assert run(opened, replace(TASK, role="triager", state=E)) == []
    assert run(event("issue.opened", "casey")) == []


def test_a_review_request_of_an_agent_carries_the_label_of_its_run() -> None:
    (made,) = decide(REQUESTED, CREW, [Known(replace(TASK, state=R))])
    assert isinstance(made, Create)
    assert (made.new.role, made.new.subject, made.new.priority) == ("reviewer", PULL, Priority.AGENT)
    assert made.new.label.integrity is Integrity.CONTRIBUTOR
    (unknown,) = decide(REQUESTED, CREW, [])
    assert isinstance(unknown, Create)
    assert unknown.new.label.integrity is Integrity.STRANGER


@pytest.mark.parametrize(
    ("actor", "author", "integrity"),
    [("mia", "ann", Integrity.CONTRIBUTOR), ("ann", "ann", Integrity.STRANGER), ("mia", None, Integrity.STRANGER)],
)
def test_who_asks_for_a_review_of_its_own_work_endorses_nothing(actor: str, author: str | None, integrity: Integrity) -> None:
    more = {"author": author} if author else {}
    (made,) = decide(event("pull.review_requested", actor, requested_reviewers=["robin"], **more), CREW, [])
    assert isinstance(made, Create)
    assert made.new.label.integrity is integrity


def test_a_review_is_asked_for_again() -> None:
    assert run(replace(REQUESTED, actor="robin")) == []
    assert run(REQUESTED, replace(REVIEW, state=E), heads="h1") == ["create reviewer"]
    assert run(REQUESTED, replace(REVIEW, state=R), heads="h1") == []
    assert run(REQUESTED, replace(REVIEW, state=R), heads="h0") == ["wake 8"]
    polled = replace(REQUESTED, payload=REQUESTED.payload | {"polled": True})
    assert run(polled, replace(REVIEW, state=E), heads="h1") == []
    assert run(polled, replace(REVIEW, state=E), heads="h0") == ["create reviewer"]


@pytest.mark.parametrize("state", [Q, R, W])
def test_a_review_wakes_the_authors_task(state: TaskState) -> None:
    author, reviewer = replace(TASK, state=state, pull_number=2), replace(REVIEW, state=R)
    for actor in ("robin", "mia"):
        assert run(event("pull.reviewed", actor, review={"state": "COMMENT", "body": "x"}), reviewer, author) == ["wake 7"]
    assert run(event("pull.reviewed", "casey", review={"state": "COMMENT"}), reviewer, author) == []
    assert run(event("pull.reviewed", "mia", review={"state": "PENDING"}), author) == []
    assert run(event("pull.reviewed", "mia"), replace(author, state=E)) == []


@pytest.mark.parametrize(
    ("state", "outcome", "wakes"),
    [
        (W, Outcome.CHANGED, True), (R, None, True), (Q, None, False), (E, Outcome.ASKED, True), (E, Outcome.NOT_READY, True),
        (E, Outcome.CHANGED, False), (E, Outcome.STOPPED, False),
    ],
)  # fmt: skip
def test_words_of_the_asker_wake(state: TaskState, outcome: Outcome | None, wakes: bool) -> None:
    task = replace(TASK, state=state, outcome=outcome)
    said = event("issue.commented", "mia", comment={"id": 5, "body": "Here it is."})
    assert run(said, task) == (["wake 7"] if wakes else [])
    assert run(replace(said, actor="stranger"), task) == []
    assert run(replace(said, actor="tess"), task) == []
    if state is E:
        assert run(event("issue.edited", "mia"), task) == (["wake 7"] if wakes else [])


def test_only_the_newest_task_of_a_role_is_woken() -> None:
    asked = replace(TASK, state=E, outcome=Outcome.ASKED)
    assert run(event("issue.commented"), replace(asked, id=9, outcome=Outcome.CHANGED), asked) == []


def test_taking_the_assignment_back_stops_and_giving_it_again_brings_the_task_back() -> None:
    taken = event("issue.unassigned", "mia", assignees=["ann"])
    for state in (Q, R, W):
        assert run(taken, replace(TASK, state=state)) == ["stop 7"]
    assert run(taken, replace(TASK, state=E)) == []
    assert run(event("issue.unassigned", "mia", assignees=["casey"]), replace(TASK, state=R)) == []
    stopping = replace(TASK, state=R, stop_asked=True)
    assert run(event("issue.assigned", "mia", assignees=["casey"]), stopping) == ["wake 7"]
    assert run(event("issue.assigned", "mia", assignees=["casey"], polled=True), stopping) == []
    assert run(event("issue.commented", "mia", comment={"id": 5, "body": "Leave it."}), stopping) == []
    assert run(event("pull.reviewed", "mia"), replace(stopping, pull_number=2)) == []


def test_closing_stops_and_merging_lets_the_author_look_once_more() -> None:
    author = replace(TASK, state=W, pull_number=2)
    assert run(event("issue.closed"), replace(TASK, state=Q)) == ["stop 7"]
    assert run(event("issue.closed"), replace(TASK, state=R, pull_number=2)) == ["stop 7"]
    assert run(event("issue.closed"), author) == ["wake 7"]
    assert run(event("pull.closed"), author, replace(REVIEW, state=R)) == ["wake 7", "stop 8"]
    assert run(event("pull.closed"), replace(author, state=E)) == []


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("@casey look", True), ("look, @Casey!", True), ("mail@casey.org", False), ("`@casey`", False), ("@casey-bot", False),
        ("@kim", False), ("", False),
    ],
)  # fmt: skip
def test_mentions(body: str, found: bool) -> None:
    said = event("issue.commented", "ann", comment={"id": 5, "body": body})
    assert run(said) == (["create coder"] if found else [])
    assert run(said, replace(TASK, state=W)) == (["wake 7"] if found else [])
    assert run(replace(said, actor="mia"), replace(TASK, state=W)) == ["wake 7"]
    assert run(replace(said, actor="tess")) == []


@pytest.mark.parametrize("kind", ["push", "other", "issue.labeled", "pull.synchronized", "issue.reopened"])
def test_other_events_are_of_no_concern(kind: Any) -> None:
    assert run(event(kind, assignees=["casey"], body="@casey"), replace(TASK, state=W, pull_number=2)) == []
