"""Notes of the operator for memory: kept, shown, forgotten."""

from dataclasses import dataclass

from litestar import delete, get, post
from litestar.exceptions import NotFoundException, ValidationException
from litestar.params import FromPath

from forgecrew.api.asked import repo_of
from forgecrew.api.doors import InDoors
from forgecrew.memory.operator_notes import OperatorNotes


@dataclass(frozen=True, slots=True)
class NewNote:
    """A note about a repository or, with a number, about one of its issues or pull requests."""

    text: str
    repo: str
    number: int = 0


@dataclass(frozen=True, slots=True)
class NoteShape:
    """A note; `id` removes it."""

    id: str
    text: str


@post(["/api/memory/remember", "/memory/remember"], status_code=201, tags=["memory"])
async def remember(doors: InDoors, data: NewNote) -> NoteShape:
    """Keep a note of the operator; who may read the repository may recall it."""
    if data.number < 0:
        raise ValidationException("number: 0 for the repository, else that of an issue or pull request")
    note_id = await OperatorNotes(doors.database).keep(data.text, repo=str(repo_of(data.repo)), number=data.number)
    return NoteShape(note_id, data.text)


@get("/api/memory/notes/{note_id:str}", tags=["memory"])
async def one_note(doors: InDoors, note_id: FromPath[str]) -> NoteShape:
    """One note."""
    text = await OperatorNotes(doors.database).text(note_id)
    if not text:
        raise NotFoundException(f"there is no note {note_id}")
    return NoteShape(note_id, text)


@delete(["/api/memory/notes/{note_id:str}", "/memory/notes/{note_id:str}"], tags=["memory"])
async def forget_note(doors: InDoors, note_id: FromPath[str]) -> None:
    """Forget a note."""
    if not await OperatorNotes(doors.database).forget(note_id):
        raise NotFoundException(f"there is no note {note_id}")


routes = [remember, one_note, forget_note]
