"""The pages of one repository as they stand on its default branch: what is new, changed or gone becomes events."""

import logging
from collections.abc import Mapping, Sequence

from forgecrew.core.event import Event
from forgecrew.core.json import Json
from forgecrew.core.label import PUBLIC, Integrity, Label
from forgecrew.core.moment import utc_now
from forgecrew.core.subject import RepoRef, Subject
from forgecrew.memory.pages.page import read_page
from forgecrew.memory.pages.place import FOLDER, is_page
from forgecrew.memory.prepare import version_of
from forgecrew.ports.repositories import Repositories
from forgecrew.store.database import Database
from forgecrew.store.queries import events, page_texts

PAGES_MAX = 200

log = logging.getLogger(__name__)


async def take_pages(database: Database, ref: RepoRef, eye: Repositories, *, source: str) -> int:
    """Read them with the eyes of one account; gives how many are new. Raises RefusedError where it may not."""
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
    async with database.write() as connection:
        known = await page_texts.page_versions(connection, f"{prefix}{FOLDER}/")
        gone = {key.removeprefix(prefix).removesuffix("/doc") for key in known} - set(found)
        changed = {path: text for path, text in found.items() if known.get(f"{prefix}{path}/doc") != _version(text)}
        label = Label(Integrity.MERGED, f"repo:{repo.ref}" if repo.private else PUBLIC)
        told = _events(source, repo.ref, head, changed | dict.fromkeys(gone, ""), label)
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
