"""What the fields of an event tell: who and what is there, and how it belongs together (extractor forge@1)."""

from forgecrew.core.event import Event
from forgecrew.core.json import Json, as_object
from forgecrew.core.moment import parse_moment
from forgecrew.memory.extract import names
from forgecrew.memory.extract.found import Found, Key, Link
from forgecrew.memory.extract.kind import kind_of

EXTRACTOR = "forge@1"


def fields(found: Found, event: Event) -> Key:
    """Note repository, people and thread; gives what the event is about."""
    repo = names.repository(found, found.repo, certain=True)
    actor = names.person(found, event.actor) if event.actor else None
    if not event.subject.number:
        return repo
    payload = event.payload
    told = as_object(payload)
    title = _text(told, "title")
    about = names.thread(found, found.repo, event.subject.number, title, certain=bool(title))
    if opened := parse_moment(_text(told, "opened_at")):
        found.begun[about] = opened
    pull = event.subject.kind == "pull"
    found.links.append(Link(about, "pull_in" if pull else "issue_in", repo, EXTRACTOR))
    if author := _text(told, "author"):
        found.links.append(Link(about, "written_by", names.person(found, author), EXTRACTOR))
    if actor is not None and kind_of(event).endswith("commented"):
        found.links.append(Link(about, "commented_by", actor, EXTRACTOR))
    if actor is not None and kind_of(event) == "pull.reviewed":
        found.links.append(Link(about, "reviewed_by", actor, EXTRACTOR))
    if pull:
        _pull(found, about, told, actor if kind_of(event) == "pull.closed" else None)
    return about


def _pull(found: Found, about: Key, told: Json, closer: Key | None) -> None:
    for word, kind in (("head", "from_branch"), ("base", "into_branch")):
        if branch := _text(told, word):
            found.links.append(Link(about, kind, names.within(found, "branch", branch, certain=True), EXTRACTOR))
    if sha := _text(told, "head_sha"):
        found.links.append(Link(about, "has_commit", names.commit(found, found.repo, sha), EXTRACTOR))
    if told.get("merged") is True:
        if sha := _text(told, "merge_sha"):
            found.links.append(Link(about, "merged_as", names.commit(found, found.repo, sha), EXTRACTOR))
        merger = _text(told, "merged_by")
        by = names.person(found, merger) if merger else closer
        if by is not None:
            found.links.append(Link(about, "merged_by", by, EXTRACTOR))


def _text(told: Json, key: str) -> str:
    found = told.get(key)
    return found if isinstance(found, str) else ""
