"""One branch of a repository made ready for ranking: its sources with their words, pieces and vectors, and its past changes."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.memory.code.contents import Content, Contents, Part
from forgecrew.memory.code.kept_words import counted_words
from forgecrew.memory.code.read_blob import path_words
from forgecrew.memory.code.sources import is_aside
from forgecrew.memory.ranking.code import CodeFiles, PastChange, Piece, SourceFile
from forgecrew.memory.ranking.passage import Vector
from forgecrew.memory.ranking.words import code_words
from forgecrew.store.queries import code_asking, code_past, vectors
from forgecrew.store.queries.code_asking import Branch

HISTORY = 1_500
_NAME = re.compile(r"[A-Za-z]\w*(?:_|[a-z0-9][A-Z])\w*|_\w+")
"""A word that is surely an identifier: it holds an underscore or a capital inside."""


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """Files in the order of the rows of features; `embedded` is the share of their pieces that have a vector."""

    commit: str
    paths: Sequence[str]
    files: CodeFiles
    parts: Sequence[tuple[Part, ...]]
    embedded: float

    def best_parts(self, place: int, question: str, *, limit: int) -> list[Part]:
        """The pieces of one file that fit a question best, those that it names first; none that shares no word with it."""
        parts, told = self.parts[place], frozenset(_NAME.findall(question))
        scores = self.files.pieces_of(place, question)
        named = [part.name.rpartition(".")[2] in told for part in parts]
        order = sorted(range(len(parts)), key=lambda at: (not named[at], -float(scores[at])))
        return [parts[at] for at in order if scores[at] > 0 and parts[at].kind != "module"][:limit]


class States:
    """Makes states; words of contents stay, so that the next commit costs what it changed."""

    def __init__(self) -> None:
        self._contents = Contents()

    async def make(self, connection: AsyncConnection, of: Branch, *, model_id: str, aside: bool) -> State:
        """The branch as it is indexed now; `aside` takes in tests, examples and documents too."""
        tree = await code_asking.contents(connection, of)
        chosen = {path: blob for path, blob in tree.items() if aside or not is_aside(path)}
        contents = await self._contents.load(connection, sorted(set(chosen.values())))
        hashes = sorted({part.text_hash for blob in chosen.values() for part in contents[blob].parts})
        held = await vectors.known(connection, model_id, hashes) if model_id else {}
        made = {key: np.frombuffer(raw, np.float16).astype(np.float32) for key, raw in held.items()}
        past = [
            PastChange(tuple(code_words(subject)), paths)
            for subject, paths in await code_past.changes(connection, of, limit=HISTORY)
            if any(path in chosen for path in paths)
        ]
        files = [_source_file(path, contents[blob], made.get) for path, blob in chosen.items()]
        parts = [contents[blob].parts for blob in chosen.values()]
        return State(of.commit, list(chosen), CodeFiles(files, past), parts, len(made) / max(1, len(hashes)))


def _source_file(path: str, content: Content, vector_of: Callable[[str], Vector | None]) -> SourceFile:
    """Pieces begin with the words of the path at which the content stands now."""
    before, whole = counted_words(path_words(path)), counted_words(path)
    pieces = tuple(Piece(before + part.words, vector_of(part.text_hash)) for part in content.parts)
    return SourceFile(path, whole + content.words, content.names, pieces)
