"""The shape of JSON values, and the one canonical way to write and hash them."""

import hashlib
import json
from typing import Any, cast

Json = dict[str, Any]
"""A JSON object whose shape the code that reads it checks for itself."""


def as_object(value: Any) -> Json:
    """The value when it is a JSON object, else an empty one."""
    return cast(Json, value) if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Any]:
    """The value when it is a list, else an empty one."""
    return cast(list[Any], value) if isinstance(value, list) else []


def canonical(value: Any) -> str:
    """JSON with sorted keys and no spaces: equal values give equal text."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(value: Any) -> str:
    """SHA-256 of the canonical text, 64 hex characters."""
    return hashlib.sha256(canonical(value).encode("utf-8", "surrogatepass")).hexdigest()
