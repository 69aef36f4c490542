"""Notes: what somebody tells memory to keep; found like everything else, and never a source of facts."""

from forgecrew.core.errors import RefusedError
from forgecrew.core.ids import new_id
from forgecrew.core.label import Label
from forgecrew.core.moment import utc_now
from forgecrew.memory.extract import names
from forgecrew.memory.extract.found import Found, Provenance, Said
from forgecrew.memory.extract.text_patterns import is_recalled
from forgecrew.memory.prepare import Prepared, cut
from forgecrew.memory.write import write
from forgecrew.store.database import Database
from forgecrew.store.queries.locks import take_turn

CHARACTERS_MAX = 20_000


async def keep_note(database: Database, text: str, *, repo: str, number: int = 0, author: str, label: Label, own: bool) -> str:
    """Keep a note about a repository or one of its threads; gives its id. `own` are notes of agents.

    Raises RefusedError for an empty or too long one.
    """
    if not text.strip() or len(text) > CHARACTERS_MAX:
        raise RefusedError(
            f"a note has 1 to {CHARACTERS_MAX} characters, this one has {len(text.strip())}: shorten or split it"
        )
    note_id = new_id()
    found = Found(utc_now(), repo, label.readers, int(label.integrity))
    about = names.thread(found, repo, number) if number else names.repository(found, repo)
    provenance: Provenance = "recalled" if is_recalled(text) else "own" if own else "said"
    thread = f"{repo}#{number}" if number else repo
    found.said.append(Said(f"note/{note_id}", "note", f"{thread}/notes", about, author, text, provenance))
    prepared = Prepared(note_id, found)
    cut(prepared, set())
    found.links = []  # a note mentions; nothing that it names is known to be so
    async with database.write() as connection:
        await take_turn(connection, "memory")
        await write(connection, [prepared], now=found.at)
    return note_id
