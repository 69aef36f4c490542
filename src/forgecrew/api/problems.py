"""Errors as application/problem+json, one shape for all of them."""

import logging
from typing import Any

from litestar import MediaType, Request, Response
from litestar.exceptions import HTTPException
from sqlalchemy.exc import InterfaceError, OperationalError

from forgecrew.core.errors import ForgecrewError, NotFound, RefusedError, WorldError

MEDIA_TYPE = "application/problem+json"
_TITLES = {
    400: "Bad request", 401: "Not signed in", 403: "Forbidden", 404: "Not found", 405: "Method not allowed",
    409: "Conflict", 413: "Too large", 500: "Internal error", 503: "Not available now",
}  # fmt: skip
log = logging.getLogger(__name__)


def problem(status: int, detail: str) -> Response[dict[str, Any]]:
    """One problem: type, title, status, detail."""
    body = {"type": "about:blank", "title": _TITLES.get(status, "Error"), "status": status, "detail": detail}
    return Response(body, status_code=status, media_type=MEDIA_TYPE)


def from_http(_request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """What the framework or a route refused."""
    where = "; ".join(f"{one.get('key')}: {one.get('message')}" for one in _extra(error))
    return problem(error.status_code, f"{error.detail}{' (' + where + ')' if where else ''}")


def from_error(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Any other error: ours with its own words, a surprise with a trace in the log and none in the answer."""
    if isinstance(error, ForgecrewError):
        status = 404 if isinstance(error, NotFound) else 409 if isinstance(error, RefusedError) else 500
        return problem(503 if isinstance(error, WorldError) else status, str(error))
    if isinstance(error, OperationalError | InterfaceError):
        log.warning("the database does not answer, %s %s is refused: %s", request.method, request.url.path, error.orig)
        return problem(503, "The database does not answer or its disk is full. Try again later; polling brings lost news.")
    log.error("request failed: %s %s", request.method, request.url.path, exc_info=error)
    return problem(500, "Something went wrong inside forgecrew; its log tells more.")


def text(status: int, words: str) -> Response[str]:
    """A plain answer for places where no JSON reader is expected."""
    return Response(words, status_code=status, media_type=MediaType.TEXT)


def _extra(error: HTTPException) -> list[dict[str, Any]]:
    return [one for one in error.extra if isinstance(one, dict)] if isinstance(error.extra, list) else []
