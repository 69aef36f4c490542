"""The trigger rules, one function each: pure, without model and network."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from forgecrew.core.event import Event
from forgecrew.core.label import Integrity, Label
from forgecrew.core.new_task import NewTask
from forgecrew.core.outcome import Outcome
from forgecrew.core.role import Role
from forgecrew.core.task import Priority, Task, TaskState
from forgecrew.kernel.decisions import Create, Decision, Known, Stop, Wake

_ANSWERABLE = (Outcome.ASKED, Outcome.NOT_READY)


def _opened(event: Event, crew: Sequence[Role], known: Sequence[Known]) -> Iterator[Decision]:
    if _own(event, crew):
        return
    for role in _listening(crew, "issue.opened"):
        if not _tasks_of(role, event, known):
            yield Create(_new(event, role, crew, event.label))


def _assigned(event: Event, crew: Sequence[Role], known: Sequence[Known]) -> Iterator[Decision]:
    for role in _listening(crew, "issue.assigned"):
        if role.account in _logins(event, "assignees"):
            # Only who may write can assign: the issue as it stands is endorsed.
            yield from _asked_for(event, role, crew, known, _endorsed(event.label))


def _unassigned(event: Event, crew: Sequence[Role], known: Sequence[Known]) -> Iterator[Decision]:
    for role in _listening(crew, "issue.assigned"):
        if role.account not in _logins(event, "assignees"):
            for one in _tasks_of(role, event, known):
                if one.task.state is not TaskState.ENDED:
                    yield Stop(one.task.id, "the assignment was taken back")


def _review_requested(event: Event, crew: Sequence[Role], known: Sequence[Known]) -> Iterator[Decision]:
    for role in _listening(crew, "pull.review_requested"):
        if role.account in _logins(event, "requested_reviewers") and event.actor != role.account:
            yield from _asked_for(event, role, crew, known, _label_of_request(event, crew, known))


def _asked_for(event: Event, role: Role, crew: Sequence[Role], known: Sequence[Known], label: Label) -> Iterator[Decision]:
    """Create when none is open; look again when the open one is about an older head, waits, or is being stopped."""
    if event.payload.get("state") == "closed":
        return
    mine = _tasks_of(role, event, known)
    moved = bool(mine and event.payload.get("head_sha") and mine[0].head_sha not in ("", event.payload["head_sha"]))
    opened = [one for one in mine if one.task.state is not TaskState.ENDED]
    if opened:
        resting = opened[0].task.state is TaskState.WAITING or _stopping(opened[0].task)
        if moved or (resting and not event.payload.get("polled")):
            yield Wake(opened[0].task.id)
    elif not mine or moved or not event.payload.get("polled"):
        yield Create(_new(event, role, crew, label))


def _reviewed(event: Event, crew: Sequence[Role], known: Sequence[Known]) -> Iterator[Decision]:
    state = dict(event.payload.get("review") or {}).get("state")
    if state in ("PENDING", "REQUEST_REVIEW"):
        return
    for one in known:
        if _is_pull_of(one.task, event) and one.task.agent != event.actor and _goes_on(one.task):
            yield Wake(one.task.id)


def _answered(event: Event, crew: Sequence[Role], known: Sequence[Known]) -> Iterator[Decision]:
    """Words of the asker bring a task back that asked, found too little to start with, or waits."""
    if _own(event, crew):
        return
    for role in crew:
        newest = next((one.task for one in known if one.task.role == role.name), None)
        if newest is None or _stopping(newest) or event.actor not in (newest.asked_by, _asker_of_record(event)):
            continue
        ended = newest.state is TaskState.ENDED and newest.outcome in _ANSWERABLE
        if ended or newest.state is TaskState.WAITING or (newest.state is TaskState.RUNNING and event.kind != "issue.edited"):
            yield Wake(newest.id)


def _closed(event: Event, crew: Sequence[Role], known: Sequence[Known]) -> Iterator[Decision]:
    """Who waits for its pull request looks once more, since merging closes the issue too; everybody else stops."""
    what = "the pull request" if event.kind == "pull.closed" else "the issue"
    for one in known:
        if one.task.state is TaskState.ENDED:
            continue
        if one.task.pull_number and one.task.state is not TaskState.RUNNING:
            yield Wake(one.task.id)
        else:
            yield Stop(one.task.id, f"{what} was closed")


Rule = Callable[[Event, Sequence[Role], Sequence[Known]], Iterator[Decision]]
RULES: dict[str, Rule] = {
    "issue.opened": _opened,
    "issue.assigned": _assigned,
    "issue.unassigned": _unassigned,
    "pull.review_requested": _review_requested,
    "pull.reviewed": _reviewed,
    "issue.commented": _answered,
    "issue.edited": _answered,
    "pull.commented": _answered,
    "issue.closed": _closed,
    "pull.closed": _closed,
}
"""The rule for each kind of event."""


def mentioned(event: Event, crew: Sequence[Role], known: Sequence[Known], decided: Sequence[Decision]) -> Iterator[Decision]:
    """The rule for the roles that a text names; it runs after the others and knows what they have `decided`."""
    if _own(event, crew) or event.kind not in ("issue.opened", "issue.commented", "pull.opened", "pull.commented"):
        return
    comment = dict(event.payload.get("comment") or {})
    text = str(comment.get("body") or "") if "commented" in event.kind else str(event.payload.get("body") or "")
    for role in _listening(crew, "mentioned"):
        if re.search(rf"(?<![\w@`/.-])@{re.escape(role.account)}(?![\w-])", text, re.IGNORECASE):
            opened = [one for one in _tasks_of(role, event, known) if one.task.state is not TaskState.ENDED]
            if not opened:
                yield Create(_new(event, role, crew, event.label))
            elif not any(isinstance(decision, Wake) and decision.task_id == opened[0].task.id for decision in decided):
                yield Wake(opened[0].task.id)


def _new(event: Event, role: Role, crew: Sequence[Role], label: Label) -> NewTask:
    priority = Priority.AGENT if _own(event, crew) else Priority.HUMAN
    title = str(event.payload.get("title") or "")
    return NewTask(role.name, role.account, event.subject, event.actor, title, priority, label)


def _endorsed(label: Label) -> Label:
    return replace(label, integrity=max(label.integrity, Integrity.CONTRIBUTOR))


def _label_of_request(event: Event, crew: Sequence[Role], known: Sequence[Known]) -> Label:
    """An agent's pull request carries the label of the run that wrote it; a stranger may ask for a review of its own."""
    if _own(event, crew):
        wrote = next((one.task.label for one in known if one.task.agent == event.actor and _is_pull_of(one.task, event)), None)
        return wrote or event.label
    author = event.payload.get("author")
    return _endorsed(event.label) if author and author != event.actor else event.label


def _stopping(task: Task) -> bool:
    """Only being asked for again brings such a task back, not every word about it."""
    return task.stop_asked and task.state is TaskState.RUNNING


def _goes_on(task: Task) -> bool:
    return task.state is not TaskState.ENDED and not _stopping(task)


def _tasks_of(role: Role, event: Event, known: Sequence[Known]) -> list[Known]:
    return [one for one in known if one.task.role == role.name and one.task.subject.key == event.subject.key]


def _is_pull_of(task: Task, event: Event) -> bool:
    """Known tasks about another subject are here because this is their pull request."""
    return event.subject.kind == "pull" and task.subject.key != event.subject.key


def _asker_of_record(event: Event) -> str:
    return str(event.payload.get("author") or "")


def _listening(crew: Sequence[Role], word: str) -> list[Role]:
    return [role for role in crew if word in role.triggers]


def _logins(event: Event, name: str) -> list[str]:
    told: list[object] = event.payload.get(name) or []
    return [str(login) for login in told]


def _own(event: Event, crew: Sequence[Role]) -> bool:
    return any(role.account == event.actor for role in crew)
