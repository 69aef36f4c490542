"""Moments: the present one, and those that others write down."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """The present moment, in UTC and aware of it."""
    return datetime.now(UTC)


def parse_moment(text: str) -> datetime | None:
    """A moment as ISO 8601 writes it, in UTC; None for anything else and for one without its zone."""
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo else None
    except (ValueError, OverflowError):
        return None
