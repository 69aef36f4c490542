"""Pages of memory in the process `serve`: read after pushes (`.forgecrew/memory/*.md`), retired when they expire."""

import asyncio
import logging
from collections.abc import Mapping, Sequence

from sqlalchemy.exc import SQLAlchemyError

from forgecrew.core.errors import ForgecrewError, RefusedError, WorldError
from forgecrew.core.event import Event
from forgecrew.core.json import Json
from forgecrew.core.label import PUBLIC, Integrity, Label
from forgecrew.core.moment import utc_now
from forgecrew.core.subject import RepoRef, Subject
from forgecrew.memory.pages.page import EXTRACTOR, read_page
from forgecrew.memory.pages.place import FOLDER, is_page
from forgecrew.memory.prepare import version_of
from forgecrew.ports.repositories import Repositories
from forgecrew.store.database import Database
from forgecrew.store.queries import cursors, events, page_texts

LOOK_SECONDS = 5.0
CURSOR = "pages"
PAGES_MAX = 200

log = logging.getLogger(__name__)


class PageReading:
    """One part of the process `serve`; `eyes` are accounts by login, the first one that may read a repository reads it."""

    def __init__(self, database: Database, eyes: Mapping[str, Repositories], *, source: str) -> None:
        self._database, self._eyes, self._source = database, eyes, source

    async def run(self, stopping: asyncio.Event) -> None:
        """Until the event is set; what does not answer is asked again."""
        problem = ""
        while not stopping.is_set():
            try:
                await self.round()
                problem = ""
            except (ForgecrewError, SQLAlchemyError, OSError) as error:
                if str(error) != problem:
                    log.warning("pages of memory are not read yet: %s", error)
                problem = str(error)
            try:
                await asyncio.wait_for(stopping.wait(), LOOK_SECONDS)
            except TimeoutError:
                continue

    async def round(self) -> int:
        """Look at the repositories that were pushed to since the last time; gives how many pages are new."""
        async with self._database.read() as connection:
            after = await cursors.get(connection, CURSOR) or ""
            pushed = await events.pushed_since(connection, after)
        new = 0
        for repo, event_id in pushed:
            new += await self._repo(RepoRef.parse(repo))
            async with self._database.write() as connection:
                await cursors.set_value(connection, CURSOR, event_id)
        await self.retire()
        return new

    async def retire(self) -> None:
        """What has expired is not found as current; the lock of writers is taken only when there is something."""
        async with self._database.read() as connection:
            over = await page_texts.expired(connection, EXTRACTOR, now=utc_now())
        if over:
            async with self._database.write() as connection:
                await page_texts.retire(connection, over)

    async def _repo(self, ref: RepoRef) -> int:
        for eye in self._eyes.values():
            try:
                return await self._keep(ref, eye)
            except WorldError:
                raise
            except RefusedError:
                continue  # this account may not: the next one may
        return 0

    async def _keep(self, ref: RepoRef, eye: Repositories) -> int:
        repo = await eye.repo(ref)
        head = await eye.branch_sha(ref, repo.default_branch)
        if head is None:
            return 0
        found: dict[str, str] = {}
        for path in (await eye.folder(ref, FOLDER, at=head))[:PAGES_MAX]:
            if is_page("doc", path, ""):
                content = await eye.file(ref, path, at=head)
                found[path] = (content or b"").decode("utf-8", "replace")
        prefix = f"{repo.ref}:"
        async with self._database.write() as connection:
            known = await page_texts.page_versions(connection, f"{prefix}{FOLDER}/")
            gone = {key.removeprefix(prefix).removesuffix("/doc") for key in known} - set(found)
            changed = {path: text for path, text in found.items() if known.get(f"{prefix}{path}/doc") != _version(text)}
            label = Label(Integrity.MERGED, f"repo:{repo.ref}" if repo.private else PUBLIC)
            told = _events(self._source, repo.ref, head, changed | dict.fromkeys(gone, ""), label)
            new = sum(await events.insert(connection, told)) if told else 0
        for path, text in changed.items():
            if problem := read_page(text).problem:
                log.warning("%s of %s is kept as plain text: %s", path, repo.ref, problem)
        return new


def _version(text: str) -> str:
    return version_of(read_page(text).shown)


def _events(source: str, repo: RepoRef, head: str, texts: Mapping[str, str], label: Label) -> Sequence[Event]:
    def payload(path: str, text: str) -> Json:
        return {"what": "document", "document": {"kind": "doc", "path": path, "text": text, "page": True}}

    at, about = utc_now(), Subject(repo, "repo")
    return [
        Event(source, "other", f"page:{head[:16]}:{path}"[:200], "", about, at, payload(path, text), label)
        for path, text in sorted(texts.items())
    ]
