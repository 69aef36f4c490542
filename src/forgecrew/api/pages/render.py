"""Turning templates into answers; everything that is filled in is escaped."""

import json
from datetime import UTC, datetime
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from litestar import MediaType, Response
from markupsafe import Markup

from forgecrew.api.pages.diff import diff_files
from forgecrew.core.step import Step

PLACES = {
    "code": ("/code", "Code runs"),
    "sandbox": ("/sandboxes", "Sandboxes"),
    "app": ("/apps", "Apps"),
    "memory": ("/memory", "Memory"),
}
"""What the head of every page leads to, by how the names of their templates begin."""

_templates = Environment(
    loader=PackageLoader("forgecrew.api.pages"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page(template: str, *, status: int = 200, **values: Any) -> Response[str]:
    """One whole page."""
    return Response(fragment(template, **values), status_code=status, media_type=MediaType.HTML)


def fragment(template: str, **values: Any) -> str:
    """One template as text."""
    here = next((path for begin, (path, _) in PLACES.items() if template.startswith(begin)), "")
    return _templates.get_template(template).render(here=here, places=PLACES.values(), **values)


def moment(at: datetime | None) -> Markup:
    """A point in time: UTC for readers without scripts, the reader's own time with them."""
    if at is None:
        return Markup("")
    utc = at.astimezone(UTC)
    return Markup('<time datetime="{}">{} UTC</time>').format(utc.isoformat(timespec="seconds"), utc.strftime("%d %b %H:%M"))


def day(at: datetime | None) -> Markup:
    """A day for readers of history, the whole moment in its title."""
    if at is None:
        return Markup("")
    utc = at.astimezone(UTC)
    return Markup('<span title="{}">{}</span>').format(f"{utc:%d %b %Y %H:%M} UTC", f"{utc:%d %b %Y}")


def short_key(key: str) -> str:
    """A key with the id of a commit cut to what people read."""
    repo, at, sha = key.rpartition("@")
    return f"{repo}@{sha[:10]}" if at and len(sha) == 40 else key


def thousands(number: int) -> str:
    """12345 as 12.3k."""
    return str(number) if number < 1000 else f"{number / 1000:.1f}k"


def bare(title: str) -> str:
    """A pull request's title without its draft mark."""
    return title.split(":", 1)[1].strip() if title.upper().startswith("WIP:") else title


def headline(step: Step) -> str:
    """A step in one line: what was decided, else what the model said it does, else its action, else what came of it."""
    if step.kind == "decide" and (told := _decision(step.observation)):
        return told
    if step.said:
        return step.said
    lines = (line.strip() for text in (step.action, step.observation) for line in text.splitlines())
    return next((line for line in lines if line and line != step.kind), step.kind)


def _decision(text: str) -> str:
    """The texts of a JSON answer one after the other, empty when it is none."""
    try:
        answer: Any = json.loads(text)
    except ValueError:
        return ""
    values: list[Any] = list(answer.values()) if isinstance(answer, dict) else []  # pyright: ignore[reportUnknownArgumentType, reportUnknownMemberType]
    return " · ".join(value for held in values for value in _texts(held))


def _texts(value: Any) -> list[str]:
    held: list[Any] = value if isinstance(value, list) else [value]  # pyright: ignore[reportUnknownVariableType]
    return [one for one in held if isinstance(one, str) and one]


_filters: dict[str, Any] = {
    "moment": moment,
    "day": day,
    "short_key": short_key,
    "thousands": thousands,
    "diff_files": diff_files,
    "headline": headline,
    "bare": bare,
}
_templates.filters.update(_filters)
