"""What people ask for, read out of a request; what cannot be read or done as they ask is their mistake: 400, told in words."""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from litestar.connection import ASGIConnection
from litestar.exceptions import NotFoundException, ValidationException
from litestar.handlers.base import BaseRouteHandler

from forgecrew.core.errors import NotFound, RefusedError
from forgecrew.core.subject import RepoRef

ID_MAX = 2**63 - 1
"""The largest number that the database gives or takes."""


def known_ids(connection: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler) -> None:
    """A guard: nothing has a number that the database cannot hold."""
    for name, value in connection.path_params.items():
        if isinstance(value, int) and not -ID_MAX <= value <= ID_MAX:
            raise NotFoundException(f"there is nothing with {name} {value}")


def in_utc(at: datetime) -> datetime:
    """A moment in UTC, which is meant where none is said. Raises ValidationException for one before the first year."""
    try:
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except OverflowError:
        raise ValidationException(f"{at.isoformat()} is no moment: it is before the year 1 or after 9999") from None


def repo_of(name: str) -> RepoRef:
    """The repository that is named. Raises ValidationException."""
    try:
        return RepoRef.parse(name)
    except ValueError:
        raise ValidationException(f"repo: write it as owner/name, not {name[:200]!r}") from None


@contextmanager
def as_asked() -> Generator[None]:
    """What is refused within is refused for what was asked: 400, where it would be 409. What is not found stays 404."""
    try:
        yield
    except NotFound:
        raise
    except RefusedError as error:
        raise ValidationException(str(error)) from error
