"""What a value of a section may be, told in the metadata of its field."""

from typing import Any


def within(low: float, high: float) -> dict[str, Any]:
    """Bounds of a number, for the metadata of its field."""
    return {"low": low, "high": high}


def starting_with(*prefixes: str) -> dict[str, Any]:
    """How a text must begin when it is not empty, for the metadata of its field."""
    return {"prefixes": prefixes}
