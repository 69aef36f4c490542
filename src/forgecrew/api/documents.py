"""Documents for memory: send them, list them, forget one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from litestar import Request, Response, delete, get, post
from litestar.datastructures import UploadFile
from litestar.exceptions import ClientException, NotFoundException
from litestar.params import FromPath, FromQuery, QueryParameter

from forgecrew.api.doors import Doors, InDoors
from forgecrew.core.document import Document
from forgecrew.core.label import Label
from forgecrew.core.moment import utc_now
from forgecrew.memory.documents.sending import BYTES_MAX, Sent, send
from forgecrew.memory.forget import forget
from forgecrew.store.queries import documents
from forgecrew.store.queries.locks import take_turn

FILES_MAX = 20


@dataclass(frozen=True, slots=True)
class DocumentShape:
    """A document; `state` is waiting, kept, refused (with the problem) or replaced, `notes` tell what was left out of it."""

    id: str
    repo: str
    name: str
    kind: str
    bytes: int
    readers: str
    source: str
    state: str
    problem: str
    notes: tuple[str, ...]
    places: int
    at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class Gone:
    """Rows that were removed and that are left, by table."""

    removed: dict[str, int]
    left: dict[str, int]


@post(
    "/api/memory/documents", status_code=202, request_max_body_size=FILES_MAX * BYTES_MAX, tags=["memory"],
    summary="Send documents to memory",
)  # fmt: skip
async def send_documents(
    doors: InDoors, request: Request[Any, Any, Any], repo: FromQuery[str] = "", name: FromQuery[str] = "",
    readers: FromQuery[str] = "",
) -> list[DocumentShape]:  # fmt: skip
    """Send one as the body, with `name` and `repo` (owner/name), or several as multipart/form-data; a worker reads them.

    `readers` is `public` or `repo:owner/name`; without it whoever may read the repository. Equal content changes nothing.
    """
    files, fields = await _files(request, name)
    repo, readers = repo or fields.get("repo", ""), readers or fields.get("readers", "")
    if not repo:
        raise ClientException("say which repository it belongs to: repo=owner/name")
    made: list[Document] = []
    async with doors.database.write() as connection:
        for title, content in files:
            made.append(await send(connection, repo, title, content, Sent(readers=readers), now=utc_now()))
    return [_shape(one) for one in made]


@get("/api/memory/documents", tags=["memory"])
async def list_documents(
    doors: InDoors, repo: FromQuery[str] = "", limit: Annotated[int, QueryParameter(ge=1, le=500)] = 100
) -> list[DocumentShape]:
    """Documents that memory was sent, newest first."""
    async with doors.database.read() as connection:
        return [_shape(one) for one in await documents.listed(connection, repo, limit=limit)]


@get("/api/memory/documents/content", tags=["memory"])
async def document_content(doors: InDoors, repo: FromQuery[str], name: FromQuery[str]) -> Response[bytes]:
    """The newest document of a name, as a download: what a citation leads to."""
    async with doors.database.read() as connection:
        content = await documents.content(connection, repo, name)
    if content is None:
        raise NotFoundException(f"{repo[:200]} has no document {name[:200]!r}")
    headers = {"content-disposition": "attachment", "content-security-policy": "default-src 'none'; sandbox"}
    return Response(content, media_type="application/octet-stream", headers=headers)


@delete("/api/memory/documents/{id:str}", status_code=200, tags=["memory"])
async def forget_document(doors: InDoors, id: FromPath[str]) -> Gone:
    """Forget a document: its bytes, texts, vectors and what the log kept of them; `left` is the proof."""
    return await _forget(doors, id)


async def _forget(doors: Doors, id: str) -> Gone:
    async with doors.database.write() as connection:
        await take_turn(connection, "memory")
        done = await forget(connection, "document", id, asked_by="api")
    return Gone(done.removed, done.left)


async def _files(request: Request[Any, Any, Any], name: str) -> tuple[list[tuple[str, bytes]], dict[str, str]]:
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        if not name:
            raise ClientException("say what it is called: name=handbook.pdf")
        return [(name, await request.body())], {}
    form = await request.form()
    found: list[tuple[str, bytes]] = []
    fields: dict[str, str] = {}
    for key, value in form.multi_items():
        if isinstance(value, UploadFile):
            found.append((value.filename or name, await value.read()))
        else:
            fields[key] = str(value)
    if not 0 < len(found) <= FILES_MAX:
        raise ClientException(f"send one to {FILES_MAX} files as multipart/form-data, with the field repo")
    return found, fields


def _shape(one: Document) -> DocumentShape:
    return DocumentShape(
        one.id, one.repo, one.name, one.kind, one.bytes, Label.parse(one.label).readers, one.source, one.state, one.problem,
        one.notes, one.places, one.at, one.read_at,
    )  # fmt: skip


routes = [send_documents, list_documents, document_content, forget_document]
