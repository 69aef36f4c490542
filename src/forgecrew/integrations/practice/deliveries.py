"""Webhooks on their way: signed as Gitea signs them, sent in the background in order, one attempt each."""

import asyncio
import hashlib
import hmac
import json
import uuid
from dataclasses import dataclass

import httpx

from forgecrew.integrations.practice.records import Row

TIMEOUT_SECONDS = 5.0

ISSUE_WORDS = ("issues", "issue_assign", "issue_label", "issue_milestone", "issue_comment")
REVIEW_WORDS = frozenset({"pull_request_review_approved", "pull_request_review_rejected", "pull_request_review_comment"})
PULL_WORDS = (
    "pull_request",
    "pull_request_assign",
    "pull_request_label",
    "pull_request_milestone",
    "pull_request_comment",
    "pull_request_review",
    "pull_request_sync",
    "pull_request_review_request",
)
_COARSE = {
    "issues": ISSUE_WORDS,
    "pull_request": PULL_WORDS,
    "issues_only": ("issues",),
    "pull_request_only": ("pull_request",),
}
_SINGLE = frozenset({"push", *ISSUE_WORDS, *PULL_WORDS})
_FAMILIES = {
    "issue_assign": "issues",
    "issue_label": "issues",
    "issue_milestone": "issues",
    "pull_request_comment": "issue_comment",
    "pull_request_review_approved": "pull_request_approved",
    "pull_request_review_rejected": "pull_request_rejected",
    "pull_request_review_comment": "pull_request_comment",
}


def subscribed(asked: list[str]) -> list[str]:
    """Event words behind the coarser ones of the API; unknown words are ignored, none at all means push."""
    words = [word for name in asked or ["push"] for word in _COARSE.get(name, (name,) if name in _SINGLE else ())]
    return list(dict.fromkeys(words))


def listens(subscribed_words: list[str], word: str) -> bool:
    """Whether a subscription covers an exact event word."""
    return word in subscribed_words or (word in REVIEW_WORDS and "pull_request_review" in subscribed_words)


def family(word: str) -> str:
    """The value of X-Gitea-Event for an exact event word."""
    return _FAMILIES.get(word, "pull_request" if word.startswith("pull_request_") else word)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One webhook to send."""

    url: str
    secret: str
    word: str
    body: bytes
    id: str

    @property
    def headers(self) -> dict[str, str]:
        """Headers as Gitea sends them, with the signatures of the raw body."""
        sha256 = hmac.new(self.secret.encode(), self.body, hashlib.sha256).hexdigest() if self.secret else ""
        sha1 = hmac.new(self.secret.encode(), self.body, hashlib.sha1).hexdigest() if self.secret else ""
        told = {"Event": family(self.word), "Event-Type": self.word, "Delivery": self.id}
        twins = {f"X-{name}-{key}": value for name in ("Gitea", "GitHub", "Gogs") for key, value in told.items()}
        return twins | {
            "Content-Type": "application/json",
            "X-Gitea-Hook-Installation-Target-Type": "repository",
            "X-Gitea-Signature": sha256,
            "X-Gogs-Signature": sha256,
            "X-Hub-Signature": f"sha1={sha1}",
            "X-Hub-Signature-256": f"sha256={sha256}",
        }


class Deliveries:
    """A queue with one sender; what cannot be delivered is lost, as in Gitea."""

    def __init__(self) -> None:
        self._waiting: asyncio.Queue[Delivery] = asyncio.Queue()
        self._sender: asyncio.Task[None] | None = None

    def send(self, hook: Row, word: str, payload: Row) -> None:
        """Queue one delivery and return at once."""
        body = json.dumps(payload, indent=2, ensure_ascii=False).encode("utf-8", "surrogatepass")
        self._waiting.put_nowait(Delivery(hook["url"], hook["secret"], word, body, str(uuid.uuid4())))
        if self._sender is None:
            self._sender = asyncio.create_task(self._send_all())

    async def close(self) -> None:
        """Stop sending; what still waits is lost."""
        if self._sender:
            self._sender.cancel()
            await asyncio.gather(self._sender, return_exceptions=True)

    async def _send_all(self) -> None:
        async with httpx.AsyncClient(timeout=TIMEOUT_SECONDS, trust_env=False) as client:
            while True:
                delivery = await self._waiting.get()
                try:
                    await client.post(delivery.url, content=delivery.body, headers=delivery.headers)
                except (httpx.HTTPError, httpx.InvalidURL):
                    continue  # one attempt: whoever listens must catch up by asking
