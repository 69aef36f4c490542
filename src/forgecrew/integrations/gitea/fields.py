"""Null-safe readers for JSON whose every field may be absent, null or of another type."""

from datetime import datetime
from typing import Any, cast

from forgecrew.core.json import Json
from forgecrew.core.moment import parse_moment


def dig(value: object, *path: str) -> object:
    """The value below the named keys; None where the way breaks off."""
    for key in path:
        if not isinstance(value, dict):
            return None
        value = cast(Json, value).get(key)
    return value


def text(value: object, *path: str) -> str:
    """A string; empty for everything else."""
    found = dig(value, *path)
    return found if isinstance(found, str) else ""


def number(value: object, *path: str) -> int:
    """A whole number; 0 for everything else."""
    found = dig(value, *path)
    return found if isinstance(found, int) and not isinstance(found, bool) else 0


def flag(value: object, *path: str) -> bool:
    """True only for true."""
    return dig(value, *path) is True


def rows(value: object, *path: str) -> list[Json]:
    """The objects of a list; null and everything else give none."""
    found = dig(value, *path)
    items = cast(list[Any], found) if isinstance(found, list) else []
    return [cast(Json, item) for item in items if isinstance(item, dict)]


def words(value: object, *path: str) -> tuple[str, ...]:
    """The strings of a list."""
    found = dig(value, *path)
    items = cast(list[Any], found) if isinstance(found, list) else []
    return tuple(item for item in items if isinstance(item, str))


def logins(value: object, *path: str) -> tuple[str, ...]:
    """Login names of a list of accounts."""
    return tuple(name for item in rows(value, *path) if (name := text(item, "login")))


def when(value: object, *path: str) -> datetime | None:
    """An RFC 3339 time; None for what is absent, malformed or the zero time."""
    at = parse_moment(text(value, *path))
    return at if at and at.year > 1 else None
