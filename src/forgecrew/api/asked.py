"""What people ask for, read out of a request; what cannot be read or done as they ask is their mistake: 400, told in words."""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time

from litestar.exceptions import ValidationException

from forgecrew.core.errors import NotFound, RefusedError
from forgecrew.core.subject import RepoRef

ID_MAX = 2**63 - 1
"""The largest number that the database gives or takes."""


def in_utc(at: datetime) -> datetime:
    """A moment in UTC, which is meant where none is said. Raises ValidationException for one before the first year."""
    try:
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except OverflowError:
        raise ValidationException(f"{at.isoformat()} is no moment: it is before the year 1 or after 9999") from None


def moment_of(text: str) -> datetime | None:
    """A moment from a day (its end, UTC) or a point in time; None for an empty text. Raises ValidationException."""
    try:
        if len(text) == len("2026-01-31"):
            return datetime.combine(date.fromisoformat(text), time.max, UTC)
        found = datetime.fromisoformat(text) if text else None
    except ValueError as error:
        raise ValidationException(f"at={text} is no moment: write 2026-01-31 or 2026-01-31T12:00:00Z") from error
    return in_utc(found) if found else None


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
