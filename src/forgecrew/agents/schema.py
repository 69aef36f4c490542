"""Flat JSON schemas for decisions: few fields, closed choices, bounded texts, so that weak models and servers manage them."""

from forgecrew.core.json import Json

FIELDS_MAX = 8


def flat(name: str, /, **fields: Json) -> Json:
    """An object schema whose fields are all required and nothing else is allowed. Raises ValueError beyond 8 fields."""
    if not 1 <= len(fields) <= FIELDS_MAX:
        raise ValueError(f"{name} has {len(fields)} fields; a decision has 1 to {FIELDS_MAX}: split it")
    return {
        "title": name,
        "type": "object",
        "properties": fields,
        "required": list(fields),
        "additionalProperties": False,
    }


def one_of(*choices: str) -> Json:
    """Exactly one of the words."""
    return {"type": "string", "enum": list(choices)}


def text(characters_max: int) -> Json:
    """A text; a longer one is cut, not refused."""
    return {"type": "string", "maxLength": characters_max}


def texts(items_max: int, characters_max: int) -> Json:
    """A list of texts, possibly empty; more items are dropped, longer ones cut."""
    return {"type": "array", "items": text(characters_max), "maxItems": items_max}


def yes_no() -> Json:
    """True or false."""
    return {"type": "boolean"}


def number() -> Json:
    """A whole number."""
    return {"type": "integer"}


def only(schema: Json, field: str) -> Json:
    """The same decision about one field."""
    return {**schema, "properties": {field: schema["properties"][field]}, "required": [field]}


def describe(schema: Json) -> str:
    """The form in words, for models whose server does not enforce it: a line per field."""
    lines = [f'- "{name}": {_words(field)}' for name, field in schema["properties"].items()]
    return "Answer with one JSON object and nothing else, with these fields:\n" + "\n".join(lines)


def _words(field: Json) -> str:
    match field:
        case {"enum": choices}:
            return "one of " + ", ".join(f'"{choice}"' for choice in choices)
        case {"type": "array", "items": {"maxLength": longest}, "maxItems": most}:
            return f"list of at most {most} texts, each at most {longest} characters; [] when there are none"
        case {"type": "boolean"}:
            return "true or false"
        case {"type": "integer"}:
            return "a whole number"
        case _:
            return f"text of at most {field.get('maxLength', 500)} characters"
