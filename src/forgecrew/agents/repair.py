"""Getting the value of a flat schema out of whatever a model wrote."""

import json
import re
from itertools import islice
from typing import Any, cast

import json_repair

from forgecrew.core.json import Json

BRACES_MAX = 20
YES = ("true", "yes", "1", "y")
NO = ("false", "no", "0", "n")


class _Bad(Exception):
    """The field's value cannot be used."""


def read(text: str, schema: Json) -> tuple[Json, dict[str, str]]:
    """The usable fields of an answer, and for every other field what is wrong with it.

    Tries JSON, then JSON with its faults mended, then lines like `field: value`. Longer texts are cut, unknown fields
    dropped, near misses (case of a choice, "yes" for true, a text for a list) put right.
    """
    value, whole = _object(text, schema)
    good: Json = {}
    bad: dict[str, str] = {}
    last = next(reversed(value), None)
    for name, field in schema["properties"].items():
        if name not in value:
            bad[name] = "is missing"
            continue
        if not whole and name == last and "enum" not in field and field["type"] != "boolean":
            bad[name] = "was cut off"
            continue
        try:
            good[name] = _value(value[name], field)
        except _Bad as problem:
            bad[name] = str(problem)
    return good, bad


def read_bare(text: str, field: Json) -> Any:
    """The value of a single field when the answer is the value itself, without JSON; None when it cannot be."""
    stripped = text.strip().strip("`").strip()
    if not stripped or stripped.startswith(("{", "[")):
        return None
    try:
        return _value(stripped.strip("\"'.*"), field)
    except _Bad:
        return None


def _object(text: str, schema: Json) -> tuple[Json, bool]:
    """An object out of the text, and whether it was written to its end."""
    start = text.find("{")
    if start < 0:
        return _lines(text, schema), True
    for match in islice(re.finditer(r"\{", text), BRACES_MAX):
        try:
            value = json.JSONDecoder().raw_decode(text, match.start())[0]
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict) and not schema["properties"].keys().isdisjoint(cast(Json, value)):
            return cast(Json, value), True
    end = text.rfind("}")
    try:
        mended: Any = json_repair.loads(text[start : end + 1] if end > start else text[start:])
    except (ValueError, RecursionError):
        mended = None
    if isinstance(mended, list):
        objects = [cast(Json, item) for item in cast(list[Any], mended) if isinstance(item, dict)]
        mended = max(objects, key=len, default=None)
    if not isinstance(mended, dict):
        return _lines(text, schema), True
    return cast(Json, mended), end > start


def _lines(text: str, schema: Json) -> Json:
    """`field: value` lines, as models write them that ignore the form."""
    found: Json = {}
    for name in schema["properties"]:
        words = re.escape(name).replace("_", "[_ ]")
        if match := re.search(rf"^\W*{words}\W*?[:=]\W*?(\w.*)$", text, re.IGNORECASE | re.MULTILINE):
            found[name] = match[1].strip().strip("\"'*`,")
    return found


def _value(value: Any, field: Json) -> Any:
    if "enum" in field:
        return _choice(value, field["enum"])
    match field["type"]:
        case "boolean":
            return _yes_no(value)
        case "integer":
            return _number(value)
        case "array":
            return _texts(value, field)
        case _:
            return _text(value, field)


def _choice(value: Any, choices: list[str]) -> str:
    plain = str(value).strip().strip("\"'`.*").lower().replace(" ", "_").replace("-", "_")
    for choice in choices:
        if plain == choice.lower().replace(" ", "_").replace("-", "_"):
            return choice
    raise _Bad(f"must be one of {', '.join(choices)}")


def _yes_no(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if (word := str(value).strip().strip(".").lower()) in YES + NO:
        return word in YES
    raise _Bad("must be true or false")


def _number(value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and re.fullmatch(r"\s*-?\d{1,15}\s*", value):
        return int(value)
    raise _Bad("must be a whole number")


def _text(value: Any, field: Json) -> str:
    if value is None:
        return ""
    if isinstance(value, dict):
        raise _Bad("must be text")
    if isinstance(value, list):
        value = "\n".join(str(item) for item in cast(list[Any], value))
    written = value if isinstance(value, str) else json.dumps(value)
    return written[: field.get("maxLength")]


def _texts(value: Any, field: Json) -> list[str]:
    if value is None or value == "":
        return []
    if isinstance(value, dict):
        raise _Bad("must be a list of texts")
    items = cast(list[Any], value) if isinstance(value, list) else [value]
    written = [_text(item, field["items"]) for item in items]
    return [item for item in written if item.strip()][: field.get("maxItems")]
