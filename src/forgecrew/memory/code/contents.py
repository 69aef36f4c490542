"""Words, names and pieces of contents, kept in memory between questions: the next commit costs what it changed."""

from collections import Counter, OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from forgecrew.memory.code.kept_words import unpack
from forgecrew.store.queries import code_asking

CONTENTS_KEPT_MAX = 20_000
"""Some kilobytes each."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A piece of a file as it can be shown: what it is, where, and its text by hash; `id` is how it is cited."""

    id: str
    name: str
    kind: str
    start_line: int
    end_line: int
    signature: str
    text_hash: str
    words: Counter[str]


@dataclass(frozen=True, slots=True, eq=False)
class Content:
    """One content: all its words, the names that it defines in lower case, its pieces in order."""

    words: Counter[str]
    names: frozenset[str]
    parts: tuple[Part, ...]


class Contents:
    """By their ids."""

    def __init__(self) -> None:
        self._held: OrderedDict[int, Content] = OrderedDict()

    async def load(self, connection: AsyncConnection, blob_ids: Sequence[int]) -> dict[int, Content]:
        """Some contents; those that were not used for longest are given up afterwards."""
        for blob_id in blob_ids:
            if blob_id in self._held:
                self._held.move_to_end(blob_id)
        missing = [blob_id for blob_id in blob_ids if blob_id not in self._held]
        words, symbols = await code_asking.words_of(connection, missing), await code_asking.symbols_of(connection, missing)
        for blob_id in missing:
            self._held[blob_id] = _content(words.get(blob_id, b""), symbols.get(blob_id, []))
        found = {blob_id: self._held[blob_id] for blob_id in blob_ids}
        while len(self._held) > CONTENTS_KEPT_MAX:
            self._held.popitem(last=False)
        return found


def _content(kept: bytes, rows: Sequence[Any]) -> Content:
    whole, *pieces = unpack(kept) or [Counter()]
    shown = [row for row in rows if row.text_hash]
    parts = tuple(
        Part(
            f"s{row.blob_id}x{row.seq}",
            row.qualname or row.name,
            row.kind,
            row.start_line,
            row.end_line,
            row.signature,
            row.text_hash,
            words,
        )
        for row, words in zip(shown, pieces, strict=False)
    )
    return Content(whole, frozenset(row.name.lower() for row in rows if row.kind != "module"), parts)
