"""The present moment."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """The present moment, in UTC and aware of it."""
    return datetime.now(UTC)
