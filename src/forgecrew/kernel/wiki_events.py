"""What changed in a wiki, as events for memory; and what is known of it so far."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from forgecrew.core.event import Event
from forgecrew.core.json import Json
from forgecrew.core.label import PUBLIC, Label
from forgecrew.core.past import PastPage, WikiHead
from forgecrew.core.repo import Repo
from forgecrew.core.subject import Subject
from forgecrew.memory.pages.place import is_page

BEFORE = timedelta(milliseconds=1)


@dataclass(slots=True)
class KnownWiki:
    """By title: the version that was read last, and whether it was a page of memory."""

    pages: dict[str, tuple[str, bool]] = field(default_factory=dict[str, tuple[str, bool]])

    @classmethod
    def read(cls, value: str | None) -> "KnownWiki":
        """The inverse of written(); nothing is known when there is none."""
        found: dict[str, list[object]] = json.loads(value) if value else {}
        return cls({title: (str(version), bool(page)) for title, (version, page) in found.items()})

    def written(self) -> str:
        """As a cursor keeps it."""
        return json.dumps(self.pages)

    def version(self, title: str) -> str:
        """The version that was read; empty for a page that is new."""
        return self.pages.get(title, ("", False))[0]


class WikiEvents:
    """Makes events about the wiki of one repository, and notes in what is known that they were told.

    Their label is that of the past: whoever may edit a wiki is told by its settings, which nobody asks for.
    """

    def __init__(self, source: str, repo: Repo, now: datetime) -> None:
        self._source, self._repo, self._now = source, repo, now
        self._label = Label(readers=f"repo:{repo.ref}" if repo.private else PUBLIC)

    def changed(self, known: KnownWiki, head: WikiHead, page: PastPage) -> list[Event]:
        """A page that is new or was edited. One that is no page of memory any more ends that first."""
        version, was = known.pages.get(head.title, ("", False))
        now = is_page("wiki", head.title, page.text)
        known.pages[head.title] = (head.version, now)
        # Forges count in seconds, in which a page may be edited twice: an edit that was seen counts from when it was seen.
        at = self._now if version else min(page.at or self._now, self._now)
        ended = [self._event(head.title, f"{head.version}:ended", "", at - BEFORE, page=True)] if was and not now else []
        return [*ended, self._event(head.title, head.version, page.text, at, author=page.author, page=now)]

    def removed(self, known: KnownWiki, title: str) -> list[Event]:
        """A page that is gone."""
        version, was = known.pages.pop(title)
        return [self._event(title, f"{version}:removed", "", self._now, page=was)]

    def _event(self, title: str, version: str, text: str, at: datetime, *, author: str = "", page: bool) -> Event:
        document: Json = {"kind": "wiki", "path": title, "text": text} | ({"page": True} if page else {})
        payload: Json = {"what": "document", "document": document}
        about = Subject(self._repo.ref, "repo")
        return Event(self._source, "other", f"wiki:{version}:{title}"[:200], author, about, at, payload, self._label)
