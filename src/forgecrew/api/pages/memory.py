"""The page of what the crew remembers: find an entity, see what stands around it at any moment, read what was said."""

from dataclasses import dataclass
from typing import Annotated, Any

from litestar import Response, get
from litestar.params import FromPath, FromQuery, QueryParameter

from forgecrew.api.asked import ID_MAX, moment_of
from forgecrew.api.doors import Doors, InDoors
from forgecrew.api.graph_answers import answers
from forgecrew.api.graph_look import group_shapes, look
from forgecrew.api.graph_shapes import entity_shape
from forgecrew.api.pages.render import fragment, page
from forgecrew.memory.graph.around import DIRECTIONS, around
from forgecrew.store.queries import exploring

FOUND_MAX = 20
SAID_MAX = 9
LATELY = (("repo",), 4), (("issue",), 12), (("user",), 8)
"""What the page shows before anything was searched: kinds, and how many of them."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address of the page asks for; `kind` and `direction` with `skip` show one group of neighbours alone."""

    at: str = ""
    kind: str = ""
    direction: str = ""
    skip: int = 0


@get("/memory", include_in_schema=False)
async def memory_page(
    doors: InDoors, q: FromQuery[str] = "", id: Annotated[int, QueryParameter(ge=0, le=ID_MAX)] = 0,
    at: FromQuery[str] = "", kind: FromQuery[str] = "",
    direction: FromQuery[str] = "", skip: Annotated[int, QueryParameter(ge=0, le=100_000)] = 0,
) -> Response[str]:  # fmt: skip
    """Search, what was found, and one entity; readable as lists without scripts."""
    asked = q.strip()[:200]
    async with doors.database.read() as connection:
        scope = await exploring.everything(connection)
        found = await exploring.named_about(connection, scope, asked, limit=FOUND_MAX) if asked else []
        lately = [
            one for kinds, limit in LATELY for one in await exploring.newest(connection, scope, kinds, limit=limit)
        ] if not asked and not id else []  # fmt: skip
    if not id and len(found) == 1:
        id = found[0].id
    shown = await _values(doors, id, Asked(at, kind, direction, skip)) if id else None
    said = await _said(doors, asked) if asked and not shown and not at else []
    listed = [entity_shape(one, doors.forge_url) for one in (found or lately)]
    return page("memory.html", q=q, at=at, listed=listed, searched=bool(asked), shown=shown, said=said)


@get("/memory/{id:int}/panel", include_in_schema=False)
async def memory_panel(doors: InDoors, id: FromPath[int], at: FromQuery[str] = "") -> Response[str]:
    """What stands beside the picture, for one entity at a moment."""
    return Response(fragment("memory_panel.html", shown=await _values(doors, id, Asked(at))), media_type="text/html")


async def _said(doors: Doors, asked: str) -> list[tuple[str, str, str]]:
    """Texts and code about it as recall finds them: (kind, words, address), best first."""
    if doors.memory is None:
        return []
    found = await doors.memory().search(asked, limit=SAID_MAX)
    return [
        (line.kind, line.text.removeprefix(f"[m:{line.id}] ").removesuffix(f" <{line.url}>"), line.url) for line in found.lines
    ]


async def _values(doors: Doors, id: int, asked: Asked) -> dict[str, Any]:
    at = moment_of(asked.at)
    found = await look(doors, id, at)
    async with doors.database.read() as connection:
        scope = await exploring.everything(connection)
        groups = await around(
            connection, scope, id, at=at, kinds=[asked.kind] if asked.kind else (), skip=asked.skip,
            directions=[one for one in DIRECTIONS if asked.direction in ("", one)],
        )  # fmt: skip
        shapes = await group_shapes(doors, connection, groups)
        answered = [] if asked.kind else await answers(connection, scope, found.entity, at)
    return {"found": found, "groups": shapes, "answers": answered, "asked": asked, "at": at}


routes = [memory_page, memory_panel]
