"""Memory for machines: search, what is related, what was so, notes, and why something was recalled. For the operator."""

from datetime import datetime

from litestar import delete, get, post
from litestar.exceptions import NotFoundException, ValidationException
from litestar.params import FromPath, FromQuery

from forgecrew.api.asked import in_utc, repo_of
from forgecrew.api.doors import InDoors
from forgecrew.api.memory_shapes import Answer, MemoryQuestion, NewNote, NoteShape, RelatedQuestion, answer_of
from forgecrew.memory.for_operator import MemoryDesk
from forgecrew.memory.recall.related import Related
from forgecrew.store.queries.recall_log import RecallRow


@post(["/api/memory/search", "/memory/search"], status_code=200, tags=["memory"])
async def search(doors: InDoors, data: MemoryQuestion) -> Answer:
    """Cited lines about a question, of texts and of code; none below `min_relevance`."""
    desk = _desk(doors)
    found = await desk.search(data.query, limit=data.limit, min_relevance=data.min_relevance, repo=data.repo)
    return await answer_of(desk, found, related=data.related)


@post(["/api/memory/related", "/memory/related"], status_code=200, tags=["memory"])
async def find_related(doors: InDoors, data: RelatedQuestion) -> list[Related]:
    """What is one step away from something that is named exactly, or that was found."""
    return await _desk(doors).related(
        data.name, entity_id=data.entity_id, repo=data.repo, kinds=data.kinds, limit=data.limit
    )  # fmt: skip


@get(["/api/memory/as-of", "/memory/as-of"], tags=["memory"])
async def as_of(
    doors: InDoors, repo: FromQuery[str], number: FromQuery[int], at: FromQuery[datetime | None] = None,
    known_at: FromQuery[datetime | None] = None,
) -> dict[str, list[str]]:  # fmt: skip
    """State, labels, assignees, milestone and verdicts of an issue or pull request at a moment (now without one)."""
    when, known = [in_utc(one) if one else None for one in (at, known_at)]
    return await _desk(doors).as_of(repo_of(repo), number, when, known_at=known)


@post(["/api/memory/remember", "/memory/remember"], status_code=201, tags=["memory"])
async def remember(doors: InDoors, data: NewNote) -> NoteShape:
    """Keep a note of the operator; who may read the repository may recall it."""
    if data.number < 0:
        raise ValidationException("number: 0 for the repository, else that of an issue or pull request")
    return NoteShape(await _desk(doors).note(data.text, repo=str(repo_of(data.repo)), number=data.number), data.text)


@get("/api/memory/notes/{note_id:str}", tags=["memory"])
async def one_note(doors: InDoors, note_id: FromPath[str]) -> NoteShape:
    """One note."""
    text = await _desk(doors).note_text(note_id)
    if not text:
        raise NotFoundException(f"there is no note {note_id}")
    return NoteShape(note_id, text)


@delete(["/api/memory/notes/{note_id:str}", "/memory/notes/{note_id:str}"], tags=["memory"])
async def forget_note(doors: InDoors, note_id: FromPath[str]) -> None:
    """Forget a note."""
    if not await _desk(doors).forget_note(note_id):
        raise NotFoundException(f"there is no note {note_id}")


@get("/api/memory/log", tags=["memory"])
async def recalled(doors: InDoors, run: FromQuery[str] = "", limit: FromQuery[int] = 50) -> list[RecallRow]:
    """What was recalled and cited, the last first."""
    return await _desk(doors).log(run_id=run, limit=max(1, min(limit, 200)))


def _desk(doors: InDoors) -> MemoryDesk:
    if doors.memory is None:
        raise NotFoundException("memory is not open here")
    return doors.memory()


routes = [search, find_related, as_of, remember, one_note, forget_note, recalled]
