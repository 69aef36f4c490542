"""Paths that machines and browsers share: a browser that asks for data is led to the page that shows it."""

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Request
from litestar.response import Redirect

_MACHINES = ("/api", "/hooks", "/schema", "/health")
Before = Callable[[Request[Any, Any, Any]], Awaitable[Redirect | None]]


def wants_page(request: Request[Any, Any, Any]) -> bool:
    """Whether a browser asks, not a program."""
    return "text/html" in request.headers.get("accept", "") and not request.url.path.startswith(_MACHINES)


def browsers_to(path: str, page: str) -> Before:
    """For `before_request` of a route at `path`: browsers go on to `page` with the rest of the address, programs get data."""

    async def lead(request: Request[Any, Any, Any]) -> Redirect | None:
        if not (request.url.path.startswith(path) and wants_page(request)):
            return None
        return Redirect(page + request.url.path.removeprefix(path), status_code=303)

    return lead
