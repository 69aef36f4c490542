"""What reading one content of a file gives."""

from dataclasses import dataclass
from typing import Literal

ReferenceKind = Literal["calls", "imports", "extends"]


@dataclass(frozen=True, slots=True)
class Symbol:
    """A definition. Lines count from 1; `text` is its source from the name's line on, cut, for classes its head.

    `own` is false for what lies inside a function: it is part of that one's text.
    """

    name: str
    qualname: str
    kind: str
    start_line: int
    end_line: int
    signature: str
    text: str
    own: bool = True


@dataclass(frozen=True, slots=True)
class Reference:
    """A name that the content calls, imports or extends: the line of the first place, and how many there are."""

    kind: ReferenceKind
    name: str
    line: int
    count: int


@dataclass(frozen=True, slots=True)
class Parsed:
    """One content: `head` is what is said of the whole, with the names of what it defines at the top."""

    head: str
    symbols: tuple[Symbol, ...]
    references: tuple[Reference, ...]
