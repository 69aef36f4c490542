"""A document from its bytes to what memory finds: read in a real sandbox, remembered, replaced, forgotten."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from forgecrew.core.document import Document
from forgecrew.core.errors import RefusedError, SandboxUnavailable
from forgecrew.core.label import Integrity
from forgecrew.core.moment import utc_now
from forgecrew.core.scope import Scope
from forgecrew.integrations.bubblewrap.sandbox import Backend, backend
from forgecrew.kernel.document_reader import DocumentReader
from forgecrew.memory.documents.citation import citation
from forgecrew.memory.documents.sending import Sent, send
from forgecrew.memory.forget import forget
from forgecrew.memory.search_text import search_text
from forgecrew.store.database import Database
from forgecrew.store.queries import chunks, documents
from forgecrew.store.tables.chunk import chunk
from forgecrew.store.tables.document import document
from forgecrew.store.tables.entity import entity
from forgecrew.store.tables.event import event
from forgecrew.store.tables.vector import embedding_queue
from tests.documents import docx, pdf
from tests.unit.memory.telling import remember, rows, told

REPO = "acme/tally"
MINE = Scope.of_repos([REPO])


@pytest.fixture
async def sandboxes(tmp_path: Path) -> AsyncIterator[Backend]:
    made = backend(tmp_path / "sandboxes")
    try:
        await made.probe()
    except SandboxUnavailable as error:
        pytest.skip(str(error))
    yield made
    await made.reap(keep=())


async def put(database: Database, name: str, content: bytes, sent: Sent | None = None, *, repo: str = REPO) -> Document:
    async with database.write() as connection:
        return await send(connection, repo, name, content, sent or Sent(), now=utc_now())


async def work(database: Database, sandboxes: Backend) -> None:
    reader = DocumentReader(database, sandboxes)
    while await reader.round():
        pass
    await remember(database, [])


async def find(database: Database, words: str, scope: Scope = MINE) -> list[str]:
    async with database.read() as connection:
        hits = await search_text(connection, scope, words)
        found = await chunks.by_ids(connection, scope, [hit.chunk_id for hit in hits])
    return [citation(one.thread_key, one.source_key) for one in found.values()]


async def state(database: Database, id: str) -> Document:
    async with database.read() as connection:
        found = await documents.get(connection, id)
    assert found is not None
    return found


async def test_a_pdf_is_read_in_a_sandbox_cited_by_page_and_kept_once(database: Database, sandboxes: Backend) -> None:
    content = pdf(["Salaries are paid monthly.", "Refunds need the swordfish form."])
    made = await put(database, "../Handbook\n.pdf", content)
    assert (made.name, made.kind, made.state) == ("Handbook.pdf", "pdf", "waiting")
    await work(database, sandboxes)
    kept = await state(database, made.id)
    assert (kept.state, kept.places, kept.problem) == ("kept", 2, "")
    assert await find(database, "swordfish") == ["Handbook.pdf, p. 2"]
    assert await find(database, "handbook") == ["Handbook.pdf, p. 1", "Handbook.pdf, p. 2"]
    assert await find(database, "swordfish", Scope()) == []  # a repository that memory has not met counts as private
    assert len(await rows(database, event)) == 1 and not await sandboxes.list()
    async with database.read() as connection:
        assert (await connection.execute(sa.select(sa.func.count()).select_from(embedding_queue))).scalar_one() == 2
    again = await put(database, "Handbook.pdf", content)
    assert again.id == made.id and again.state == "kept"
    await work(database, sandboxes)
    assert len(await rows(database, chunk)) == 2


async def test_a_new_content_of_a_name_replaces_the_old_one(database: Database, sandboxes: Backend) -> None:
    first = b"# One\nalpha\n\n# Two\nswordfish\n"
    made = await put(database, "a.md", first)
    await work(database, sandboxes)
    second = await put(database, "a.md", b"# One\nalpha beta\n")
    await work(database, sandboxes)
    assert await find(database, "swordfish") == [] and await find(database, "beta") == ["a.md, One"]
    assert (await state(database, made.id)).state == "replaced" and (await state(database, second.id)).state == "kept"
    await asyncio.sleep(0.002)
    await put(database, "a.md", first)
    await work(database, sandboxes)
    assert await find(database, "swordfish") == ["a.md, Two"] and await find(database, "beta") == []


async def test_what_cannot_be_read_is_refused_with_a_sentence_and_may_be_sent_again(
    database: Database, sandboxes: Backend
) -> None:
    scan = await put(database, "scan.pdf", pdf(["", ""]))
    broken = await put(database, "b.docx", docx([("Other", "words " * 300)])[:-150])
    await work(database, sandboxes)
    assert (await state(database, scan.id)).problem.startswith("scan.pdf has 2 pages and no text: it is a scan")
    assert "b.docx is a corrupt DOCX" in (await state(database, broken.id)).problem
    assert (await put(database, "scan.pdf", pdf(["", ""]))).state == "waiting"
    assert not await rows(database, event)


async def test_readers_are_never_wider_than_those_of_the_repository(database: Database, sandboxes: Backend) -> None:
    issue = told("issue.opened", title="Public", body="x", author="mia", state="open", labels=[], assignees=[])
    await remember(database, [issue])
    await put(database, "open.md", b"# Open\nswordfish\n")
    await put(database, "closed.md", b"# Closed\nsaltwater\n", Sent(readers=f"repo:{REPO}"))
    await work(database, sandboxes)
    assert await find(database, "swordfish", Scope()) == ["open.md, Open"] and await find(database, "saltwater", Scope()) == []
    assert await find(database, "saltwater") == ["closed.md, Closed"]
    (kept,) = await rows(database, entity, entity.c.kind == "repo")
    assert kept.readers == "public"  # a private document does not make its repository private
    with pytest.raises(RefusedError, match="cannot be public"):
        await put(database, "b.md", b"text", Sent(readers="public"), repo="acme/other")
    with pytest.raises(RefusedError, match="readers cannot be"):
        await put(database, "b.md", b"text", Sent(readers="org:acme"))


@pytest.mark.parametrize("what", ["document", "repo", "person", "event"])
async def test_a_document_is_forgotten_with_its_bytes(database: Database, sandboxes: Backend, what: str) -> None:
    sent = Sent(by="Noa", source="https://forge/attachments/1", integrity=Integrity.STRANGER)
    made = await put(database, "a.md", b"# One\nswordfish\n", sent)
    await work(database, sandboxes)
    assert await find(database, "swordfish")
    (stored,) = await rows(database, event)
    key = {"document": made.id, "repo": REPO, "person": "noa", "event": stored.id}[what]
    async with database.write() as connection:
        done = await forget(connection, what, key, asked_by="operator")  # pyright: ignore[reportArgumentType]
    assert not any(done.left.values()) and done.removed["document"] == 1 and done.removed["chunk"] == 1
    assert not await find(database, "swordfish")
    (row,) = await rows(database, document)
    assert (row.state, row.name, row.content, row.source) == ("forgotten", "", None, "https://forge/attachments/1")
    (scrubbed,) = await rows(database, event)
    assert "swordfish" not in str(scrubbed.payload)
