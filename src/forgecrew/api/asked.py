"""What people ask for, read out of a request; what cannot be read or done as they ask is their mistake: 400, told in words."""

from collections.abc import Generator
from contextlib import contextmanager

from litestar.exceptions import ValidationException

from forgecrew.core.errors import NotFound, RefusedError
from forgecrew.core.subject import RepoRef


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
