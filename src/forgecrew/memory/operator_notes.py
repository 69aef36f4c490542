"""Notes of the operator: kept for those who may read the repository that they are about."""

from dataclasses import dataclass

from forgecrew.core.label import Integrity, Label
from forgecrew.memory.notes import keep_note
from forgecrew.store.database import Database
from forgecrew.store.queries import notes, relabel

AUTHOR = "operator"


@dataclass(frozen=True, slots=True)
class OperatorNotes:
    """By API and shell."""

    database: Database

    async def keep(self, text: str, *, repo: str, number: int = 0) -> str:
        """Keep a note about a repository or one of its threads; gives its id. Raises RefusedError."""
        async with self.database.read() as connection:
            readers = (await relabel.readers_of(connection, {repo: ""})).get(repo, f"repo:{repo}")
        label = Label(Integrity.OPERATOR, readers)
        return await keep_note(self.database, text, repo=repo, number=number, author=AUTHOR, label=label, own=False)

    async def text(self, note_id: str) -> str:
        """The whole note; empty when there is none."""
        async with self.database.read() as connection:
            return "\n\n".join(await notes.texts(connection, note_id))

    async def forget(self, note_id: str) -> bool:
        """Remove a note; whether there was one."""
        async with self.database.write() as connection:
            return await notes.remove(connection, note_id) > 0
