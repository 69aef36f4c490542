"""The web application: all routes that were found, behind one guard, with one shape for errors and strict headers."""

from collections.abc import Sequence
from typing import Any, cast

from litestar import Litestar, Request, Response
from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.di import Provide
from litestar.exceptions import HTTPException, NotFoundException
from litestar.handlers.base import BaseRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.types import ControllerRouterHandler, Message, Scope

from forgecrew.api import problems
from forgecrew.api.asked import ID_MAX
from forgecrew.api.doors import Doors
from forgecrew.api.leading import wants_page
from forgecrew.api.login import guard
from forgecrew.api.pages.gate import welcome_page

BODY_BYTES_MAX = 1 << 20
"""Largest request body of every route but the webhooks, which have their own bound."""

HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
}


def create_app(doors: Doors, routes: Sequence[ControllerRouterHandler]) -> Litestar:
    """The application over the given doors and routes."""
    return Litestar(
        route_handlers=list(routes),
        guards=[guard, _known_ids],
        state=State({"doors": doors}),
        dependencies={"doors": Provide(lambda: doors, sync_to_thread=False)},
        exception_handlers={HTTPException: _on_http, Exception: problems.from_error},
        before_send=[_add_headers],
        openapi_config=OpenAPIConfig(
            title="forgecrew", version=doors.version, path="/schema", render_plugins=[JsonRenderPlugin()]
        ),
        request_max_body_size=BODY_BYTES_MAX,
        logging_config=None,
        debug=False,
    )


def _known_ids(connection: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler) -> None:
    """A guard: nothing has a number that the database cannot hold."""
    for name, value in connection.path_params.items():
        if isinstance(value, int) and not -ID_MAX <= value <= ID_MAX:
            raise NotFoundException(f"there is nothing with {name} {value}")


def _on_http(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    if error.status_code == 401 and wants_page(request):
        return welcome_page(request, error.detail)
    return problems.from_http(request, error)


async def _add_headers(message: Message, _scope: Scope) -> None:
    if message["type"] != "http.response.start":
        return
    headers = cast("list[tuple[bytes, bytes]]", message.setdefault("headers", []))
    present = {name.lower() for name, _ in headers}
    for name, value in {**HEADERS, "cache-control": "no-store"}.items():
        if name.encode() not in present:
            headers.append((name.encode(), value.encode()))
