"""What a bundle from a sandbox would bring to the forge."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Change:
    """`paths` differ from the default branch at the end; the rest is about every commit that the forge does not have yet.

    `touched` are paths that any of these commits changes, also where a later one takes it back; `emails` are of their authors
    and committers.
    """

    paths: tuple[str, ...]
    touched: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    messages: tuple[str, ...] = ()
