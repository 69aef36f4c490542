"""Something that happened outside, stored once; its payload is a hint and the state on the forge is the truth."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from forgecrew.core.json import Json, digest
from forgecrew.core.label import Label
from forgecrew.core.subject import Subject

EventKind = Literal[
    "issue.opened", "issue.edited", "issue.assigned", "issue.unassigned", "issue.closed", "issue.reopened", "issue.labeled",
    "issue.commented",
    "pull.opened", "pull.edited", "pull.assigned", "pull.closed", "pull.synchronized", "pull.commented",
    "pull.review_requested", "pull.reviewed", "push", "other",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Event:
    """One event. `external_id` is a fingerprint of what was delivered, or a name that polling always gives alike.

    payload keys that triggers read (all optional): title, body, author (who opened it), state, assignees [login],
    requested_reviewers [login] (for pull.review_requested who is asked; else whom the forge lists, some of whom have
    answered), comment {id, body}, review {state, body}, head_sha, labels [name], polled (true when polling made the event).
    Memory reads more: milestone, merged, merged_by, merge_sha, head, base, branch, default_branch, commits [{id, message,
    author, login, email, added, modified, removed}], document {kind, path, text}, file {id, name, part, places
    [{at, text}]}; for the kind `other` also what.
    """

    source: str
    kind: EventKind
    external_id: str
    actor: str
    subject: Subject
    occurred_at: datetime
    payload: Json = field(default_factory=dict[str, object])
    label: Label = field(default_factory=Label)

    @property
    def content_hash(self) -> str:
        """Hash of what happened, not of when it was told."""
        return digest([self.kind, self.actor, self.subject.key, self.payload])
