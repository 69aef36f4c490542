"""Checks requests against a forge's own description (Swagger 2.0): method, path, names in the query, names in the body."""

import re
from typing import Any
from urllib.parse import parse_qs

Description = dict[str, Any]


def problems(description: Description, method: str, path: str, query: str, body: Any) -> list[str]:
    """What is wrong with one request; `path` is below /api/v1 and still quoted."""
    template = find(description, method, path)
    if template is None:
        return [f"{method} {path} is no operation"]
    parameters = description["paths"][template][method.lower()].get("parameters", [])
    names = {parameter["name"] for parameter in parameters if parameter["in"] == "query"}
    wrong = [f"{method} {template}: no query parameter {name}" for name in parse_qs(query) if name not in names]
    shape = next((parameter["schema"] for parameter in parameters if parameter["in"] == "body"), None)
    if body is None:
        return wrong
    if shape is None:
        return [*wrong, f"{method} {template} takes no body"]
    return wrong + [f"{method} {template}: {text}" for text in body_problems(description, shape, body, "body")]


def find(description: Description, method: str, path: str) -> str | None:
    """The template of an operation; plainer ones first. The last part of some may hold slashes."""
    for template in sorted(description["paths"], key=lambda text: (sum("{" in part for part in text.split("/")), -len(text))):
        if method.lower() in description["paths"][template] and _pattern(template).fullmatch(path):
            return template
    return None


def body_problems(description: Description, shape: Description, value: Any, where: str) -> list[str]:
    """Names in a JSON value that its definition does not have, at any depth."""
    if "$ref" in shape:
        shape = description["definitions"][shape["$ref"].rpartition("/")[2]]
    if isinstance(value, list):
        items = shape.get("items", {})
        return [text for item in value for text in body_problems(description, items, item, where + "[]")]
    if not isinstance(value, dict) or "additionalProperties" in shape or "properties" not in shape:
        return []
    found: list[str] = []
    for name, inner in value.items():
        if name not in shape["properties"]:
            found.append(f"{where} has no field {name}")
        else:
            found += body_problems(description, shape["properties"][name], inner, f"{where}.{name}")
    return found


def _pattern(template: str) -> re.Pattern[str]:
    wide = ("filepath", "branch", "head")
    text = re.sub(r"{(\w+)}", lambda m: ".+" if m.group(1) in wide else "[^/]+", template.replace(".", r"\."))
    return re.compile(text)
