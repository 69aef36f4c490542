"""What was so at the moment of an event and may end: state, labels, assignees, milestone, verdicts, branches (state@1).

A webhook shows the whole of an issue's labels and assignees; what polling makes shows one of them and adds it.
"""

from forgecrew.core.event import Event
from forgecrew.core.json import as_list, as_object
from forgecrew.memory.extract import names
from forgecrew.memory.extract.found import Found, Key, Told
from forgecrew.memory.extract.kind import kind_of

EXTRACTOR = "state@1"

_VERDICTS = {"APPROVED": "approved_by", "REQUEST_CHANGES": "changes_asked_by"}
NOTHING = "0" * 40
"""What a push names as the commit of a branch that is not there."""


def states(found: Found, event: Event, about: Key) -> None:
    """Add what the event tells to `found.told`."""
    kind = kind_of(event)
    if kind == "push":
        _push(found, event)
    elif kind in ("branch.created", "branch.deleted"):
        _branch(found, str(event.payload.get("branch") or ""), "", gone=kind == "branch.deleted")
    elif event.subject.number:
        told = _thread(found, event, about)
        if told.whole or told.more or told.less:
            found.told.append(told)


def _thread(found: Found, event: Event, about: Key) -> Told:
    payload, told = event.payload, Told(about, EXTRACTOR)
    if state := _state(event):
        told.whole["state"] = [names.value(found, state)]
    lists = {
        "labelled": [names.within(found, "label", name, certain=True) for name in _words(payload.get("labels"))],
        "assigned": [names.person(found, login) for login in _words(payload.get("assignees"))],
    }
    for kind, word in (("labelled", "labels"), ("assigned", "assignees")):
        if payload.get("polled") is True:
            if lists[kind]:
                told.more[kind] = lists[kind]
        elif word in payload and "state" in payload:
            told.whole[kind] = lists[kind]
    if "milestone" in payload:
        title = str(payload.get("milestone") or "")
        told.whole["milestone"] = [names.within(found, "milestone", title, certain=True)] if title else []
    if kind_of(event) == "pull.review_requested":
        told.more["review_asked_of"] = [names.person(found, login) for login in _words(payload.get("requested_reviewers"))]
    if kind_of(event) == "pull.reviewed" and event.actor:
        _verdict(found, event, told)
    return told


def _verdict(found: Found, event: Event, told: Told) -> None:
    """The newest verdict of a reviewer counts; a plain comment leaves the one before as it is."""
    reviewer = names.person(found, event.actor)
    state = str(as_object(event.payload.get("review")).get("state") or "")
    told.less["review_asked_of"] = [reviewer]
    if state in _VERDICTS:
        told.more[_VERDICTS[state]] = [reviewer]
        for other in set(_VERDICTS.values()) - {_VERDICTS[state]}:
            told.less[other] = [reviewer]


def _push(found: Found, event: Event) -> None:
    head = str(event.payload.get("head_sha") or "")
    _branch(found, str(event.payload.get("branch") or ""), head, gone=head == NOTHING)


def _branch(found: Found, branch: str, head: str, *, gone: bool) -> None:
    if not branch:
        return
    told = Told(names.within(found, "branch", branch, certain=True), EXTRACTOR)
    told.whole["exists_in"] = [] if gone else [names.repository(found, found.repo, certain=True)]
    if gone or head:
        told.whole["head"] = [] if gone else [names.commit(found, found.repo, head)]
    found.told.append(told)


def _state(event: Event) -> str:
    state = str(event.payload.get("state") or "")
    return (
        "merged" if state == "closed" and event.payload.get("merged") is True else state if state in ("open", "closed") else ""
    )


def _words(value: object) -> list[str]:
    return [word for word in as_list(value) if isinstance(word, str) and word]
