"""Pages that are written here: a note kept with its kind and expiry, and all pages of a repository given out as files."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.core.errors import RefusedError
from forgecrew.core.event import Event
from forgecrew.core.json import Json, as_object
from forgecrew.core.label import Integrity, Label
from forgecrew.core.scope import Scope
from forgecrew.core.subject import RepoRef, Subject
from forgecrew.memory.pages.page import EXTRACTOR, KINDS, Page, write_page
from forgecrew.memory.pages.place import FOLDER, NOTES, file_name
from forgecrew.store.queries import events, facts, relabel

CHARACTERS_MAX = 20_000


async def keep_page(connection: AsyncConnection, repo: RepoRef, page: Page, *, by: str, now: datetime) -> str:
    """Keep a page that no repository holds, as an event that memory takes in; gives its path.

    One of the same first line takes the place of the other. Raises RefusedError.
    """
    text = page.text.strip()
    if not 0 < len(text) <= CHARACTERS_MAX:
        raise RefusedError(f"a page has 1 to {CHARACTERS_MAX} characters, this one has {len(text)}")
    if page.kind not in KINDS:
        raise RefusedError(f"the kind of a page cannot be {page.kind[:40]!r}: write one of {', '.join(KINDS)}")
    if page.expires is not None and page.expires <= now:
        raise RefusedError("it expires in the past: write a later day, or leave it out")
    path = f"{NOTES}/{file_name(text.splitlines()[0])}"
    readers = (await relabel.readers_of(connection, {str(repo): ""})).get(str(repo), f"repo:{repo}")
    document: Json = {"kind": "note", "path": path, "text": write_page(page), "page": True}
    moment = int(now.timestamp() * 1000)
    told = Event(
        "page", "other", f"{path}:{moment}"[-200:], by, Subject(repo, "repo"), now, {"what": "document", "document": document},
        Label(Integrity.OPERATOR, readers),
    )  # fmt: skip
    await events.insert(connection, [told])
    return path


async def export(connection: AsyncConnection, scope: Scope, repo: RepoRef, *, now: datetime) -> dict[str, str]:
    """Pages that hold now, by the path that they have or would have in the repository."""
    found: dict[str, str] = {}
    for row in await facts.pages(connection, scope, str(repo), EXTRACTOR, now=now):
        kept = as_object(as_object(row.payload).get("document")).get("text")
        text = (
            kept if isinstance(kept, str) and kept else write_page(Page(row.predicate, row.object_text, expires=row.valid_to))
        )
        name = row.name.rpartition("/")[2]
        path = f"{FOLDER}/{name if name.endswith('.md') else file_name(name)}"
        while path in found:
            path = f"{path.removesuffix('.md')}-2.md"
        found[path] = text
    return found
