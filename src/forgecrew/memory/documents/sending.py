"""Taking a document in: its kind, size, name and readers are checked, its bytes kept; a worker reads it later."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.document import Document
from forgecrew.core.errors import LimitReached, RefusedError
from forgecrew.core.ids import new_id
from forgecrew.core.label import PUBLIC, Integrity, Label
from forgecrew.core.subject import RepoRef
from forgecrew.memory.documents.kinds import kind_of
from forgecrew.store.queries import documents, relabel, tombstones

BYTES_MAX = 32 << 20
NAME_CHARACTERS_MAX = 100
_NAMED = re.compile(r"(?!\.{1,2}/)[\w.-]+/(?!\.{1,2}$)[\w.-]+")
_ODD = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Sent:
    """Who sent a document and how far it is trusted.

    `readers` is empty (whoever may read the repository), `public` or `repo:owner/name`; `source` the address it was found at.
    """

    by: str = ""
    readers: str = ""
    integrity: Integrity = Integrity.STRANGER
    source: str = ""


async def send(connection: AsyncConnection, repo: str, name: str, content: bytes, sent: Sent, *, now: datetime) -> Document:
    """Keep it until it is read; the same name and content again changes nothing.

    Raises RefusedError with a sentence for what is not read, LimitReached above BYTES_MAX.
    """
    name = proper_name(name)
    if len(content) > BYTES_MAX:
        raise LimitReached(f"{name} is larger than {BYTES_MAX >> 20} MiB: send it in parts")
    try:
        repo = str(RepoRef.parse(repo))
    except ValueError as error:
        raise RefusedError(f"{error}: write the repository as owner/name") from error
    if not _NAMED.fullmatch(repo):
        raise RefusedError(f"no forge has a repository {repo[:200]!r}: write it as owner/name")
    if await tombstones.among(connection, [("repo", repo)]):
        raise RefusedError(f"{repo} was to be forgotten: nothing of it is remembered")
    label = Label(sent.integrity, await _readers(connection, repo, sent.readers))
    kind, sha256 = kind_of(name, content), hashlib.sha256(content).hexdigest()
    new = Document(
        new_id(), repo, name, kind, sha256, len(content), sent.source[:300], sent.by[:100], str(label), "waiting", "", (), 0,
        now,
    )  # fmt: skip
    return await documents.add(connection, new, content)


def proper_name(name: str) -> str:
    """The last part of a name, in one line. Raises RefusedError when nothing is left."""
    shown = " ".join(_ODD.sub("", name.replace("\\", "/").rpartition("/")[2]).split())
    if shown in ("", ".", ".."):
        raise RefusedError(f"{name[:100]!r} is no name for a document: give one such as handbook.pdf")
    if len(shown) > NAME_CHARACTERS_MAX:
        stem, dot, ending = shown.rpartition(".")
        ending = ending[:10] if dot else ""
        shown = f"{(stem or shown)[: NAME_CHARACTERS_MAX - len(ending) - 2]}…{dot}{ending}"
    return shown


async def _readers(connection: AsyncConnection, repo: str, asked: str) -> str:
    """Never wider than the repository is known to be; a repository that memory has not met counts as private."""
    own = f"repo:{repo}"
    if asked not in ("", PUBLIC, own):
        raise RefusedError(f"readers cannot be {asked[:100]!r}: write {PUBLIC!r}, {own!r}, or nothing for the repository's")
    known = (await relabel.readers_of(connection, {repo: ""})).get(repo, own)
    if asked == PUBLIC and known != PUBLIC:
        raise RefusedError(f"{repo} is private as far as memory knows: a document of it cannot be public")
    return asked or known
