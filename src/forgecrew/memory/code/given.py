"""From rows of the index to what is ranked: a file with its pieces, and past changes."""

from collections.abc import Callable, Container

from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.memory.code.contents import Content
from forgecrew.memory.code.kept_words import counted_words
from forgecrew.memory.code.read_blob import path_words
from forgecrew.memory.ranking.code_given import PastChange, Piece, SourceFile
from forgecrew.memory.ranking.passage import Vector
from forgecrew.memory.ranking.words import code_words
from forgecrew.store.queries import code_past
from forgecrew.store.queries.code_asking import Branch

HISTORY = 1_500


async def past_changes(connection: AsyncConnection, of: Branch, paths: Container[str]) -> list[PastChange]:
    """The newest that touched one of some files."""
    return [
        PastChange(tuple(code_words(subject)), touched)
        for subject, touched in await code_past.changes(connection, of, limit=HISTORY)
        if any(path in paths for path in touched)
    ]


def source_file(path: str, content: Content, vector_of: Callable[[str], Vector | None]) -> SourceFile:
    """Pieces begin with the words of the path at which the content stands now."""
    before, whole = counted_words(path_words(path)), counted_words(path)
    pieces = tuple(Piece(before + part.words, vector_of(part.text_hash)) for part in content.parts)
    return SourceFile(path, whole + content.words, content.names, pieces)
