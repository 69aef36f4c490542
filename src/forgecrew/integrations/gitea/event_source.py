"""Turns webhooks of Gitea and Forgejo into events."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime

from forgecrew.core.event import Event, EventKind
from forgecrew.core.json import Json
from forgecrew.core.label import PUBLIC, Label
from forgecrew.core.moment import utc_now
from forgecrew.core.subject import RepoRef, Subject
from forgecrew.integrations.gitea.deliveries import about_issue, about_pull, kind_of
from forgecrew.integrations.gitea.fields import dig, flag, number, text, when
from forgecrew.integrations.gitea.memory_facts import about_push, other
from forgecrew.integrations.gitea.repo_ref import repo_ref
from forgecrew.ports.event_source import EventSource


class GiteaEventSource:
    """Implements ports.event_source.EventSource."""

    name = "gitea"

    def verify(self, headers: Mapping[str, str], body: bytes, secret: str) -> bool:
        """Whether the raw bytes were signed with the secret; an empty secret verifies nothing."""
        told = headers.get("x-gitea-signature", "")
        expected = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        return bool(secret) and hmac.compare_digest(told.encode(), expected.encode())

    def parse(self, headers: Mapping[str, str], body: bytes) -> Event | None:
        """The event; None for kinds that no part of us cares for. Raises ValueError for what is not a proper delivery."""
        word = headers.get("x-gitea-event-type") or headers.get("x-gitea-event") or ""
        delivery = headers.get("x-gitea-delivery", "")
        if not word or not delivery:
            raise ValueError("the delivery lacks the header X-Gitea-Event or X-Gitea-Delivery")
        payload = _object(body)
        kind, also = kind_of(word, payload), other(word, payload)
        if kind is None and also is None:
            return None
        actor = text(payload, "sender", "login")
        if not actor:
            raise ValueError(f"the {word} delivery {delivery} names no sender")
        ref = repo_ref(dig(payload, "repository"))
        private = flag(payload, "repository", "private") or flag(payload, "repository", "internal")
        return Event(
            source=self.name,
            kind=kind or "other",
            # The signature covers the body alone: a delivery's own id could be made up to tell the same thing again.
            external_id=hashlib.sha256(body).hexdigest(),
            actor=actor,
            subject=_subject(kind or "other", ref, payload),
            occurred_at=_time(payload),
            payload=also or {} if kind is None else _facts(kind, payload),
            label=Label(readers=f"repo:{ref}" if private else PUBLIC),
        )


def source() -> EventSource:
    """The event source of Gitea and Forgejo."""
    return GiteaEventSource()


def _object(body: bytes) -> Json:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"the body is not JSON: {error}") from error
    if isinstance(value, dict):
        return value  # pyright: ignore[reportUnknownVariableType]
    raise ValueError("the body is not a JSON object")


def _subject(kind: EventKind, ref: RepoRef, payload: Json) -> Subject:
    if kind == "push" or (kind == "other" and not dig(payload, "comment")):
        return Subject(ref, "repo")
    index = number(payload, "issue", "number") or number(payload, "pull_request", "number") or number(payload, "number")
    if index <= 0:
        raise ValueError("the delivery names no issue or pull request")
    on_pull = kind.startswith("pull.") or flag(payload, "is_pull") or dig(payload, "issue", "pull_request") is not None
    return Subject(ref, "pull" if on_pull else "issue", index)


def _facts(kind: EventKind, payload: Json) -> Json:
    if kind == "push":
        branch = text(payload, "ref").removeprefix("refs/heads/")
        facts: Json = {"branch": branch, "head_sha": text(payload, "after"), "before_sha": text(payload, "before")}
        return facts | about_push(payload)
    if kind.startswith("pull."):
        return about_pull(kind, payload)
    return about_issue(payload)


def _time(payload: Json) -> datetime:
    """When it happened as far as the payload tells, else now."""
    for way in (("comment", "updated_at"), ("pull_request", "updated_at"), ("issue", "updated_at")):
        if at := when(payload, *way):
            return at.astimezone(UTC)
    return utc_now()
