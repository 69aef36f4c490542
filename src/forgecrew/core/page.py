"""A web page as a model reads it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Page:
    """Text in Markdown, bounded; what can be clicked or filled stands in it as `[3]` followed by what it is.

    `elements` is how many numbers there are; `note` says what was odd about getting it.
    """

    url: str
    title: str
    text: str
    elements: int = 0
    cut: bool = False
    note: str = ""
