"""Who may come in: a bearer token for machines, a signed cookie for browsers that opened the login link once."""

import hashlib
import hmac
import time
from typing import Annotated, Any
from urllib.parse import urlsplit

from litestar import Request, Response, get, post
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie
from litestar.enums import RequestEncodingType
from litestar.exceptions import NotAuthorizedException, PermissionDeniedException
from litestar.handlers.base import BaseRouteHandler
from litestar.params import Body, FromQuery
from litestar.response import Redirect

from forgecrew.api.doors import Doors, InDoors

COOKIE = "forgecrew_login"
COOKIE_SECONDS = 30 * 86_400


def guard(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Lets signed-in people and machines pass; routes with opt open=True need no guard."""
    if handler.opt.get("open"):
        return
    doors: Doors = connection.app.state["doors"]
    authorization = connection.headers.get("authorization", "")
    if authorization:
        scheme, _, given = authorization.partition(" ")
        if scheme.lower() == "bearer" and same(given.strip(), doors.login_token):
            return
        raise NotAuthorizedException("the bearer token is not the login token of this installation")
    if not cookie_holds(connection.cookies.get(COOKIE, ""), doors.login_token):
        raise NotAuthorizedException("open the login link that `forgecrew up` prints, or send it as a bearer token")
    if connection.scope["method"] not in ("GET", "HEAD") and not _from_our_pages(connection, doors):  # type: ignore[typeddict-item]
        raise PermissionDeniedException("this request came from a page that is not ours")


def sign(login_token: str, expires: int | str) -> str:
    """A cookie's value: when it ends, and the proof that we made it."""
    proof = hmac.new(login_token.encode(), f"forgecrew login {expires}".encode(), hashlib.sha256).hexdigest()
    return f"{expires}.{proof}"


def cookie_holds(value: str, login_token: str) -> bool:
    """Whether we made this cookie and it has not ended."""
    expires, _, _ = value.partition(".")
    return same(value, sign(login_token, expires)) and int(expires) > time.time()


def same(given: str, wanted: str) -> bool:
    """Equal, in a time that does not depend on where they differ."""
    return hmac.compare_digest(given.encode(), wanted.encode())


@get("/login", opt={"open": True}, include_in_schema=False)
async def by_link(request: Request[Any, Any, Any], doors: InDoors, token: FromQuery[str] = "") -> Response[Any]:
    """The login link: sets the cookie, then goes to the front page so that the token leaves the address bar."""
    if not token:
        raise NotAuthorizedException("")
    return welcome(doors, token)


@post("/login", opt={"open": True}, include_in_schema=False, status_code=303)
async def by_form(
    doors: InDoors, data: Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]
) -> Response[Any]:
    """The login form of the page that asks for the token."""
    return welcome(doors, data.get("token", "").strip())


def welcome(doors: Doors, token: str) -> Response[Any]:
    """The redirect with the cookie. Raises NotAuthorizedException for a wrong token."""
    if not same(token, doors.login_token):
        raise NotAuthorizedException("That token is not right; `forgecrew up` prints the present one.")
    value = sign(doors.login_token, int(time.time()) + COOKIE_SECONDS)
    cookie = Cookie(
        key=COOKIE, value=value, max_age=COOKIE_SECONDS, httponly=True, samesite="strict",
        secure=doors.public_url.startswith("https://"),
    )  # fmt: skip
    return Redirect("/", status_code=303, cookies=[cookie])


def _from_our_pages(connection: ASGIConnection[Any, Any, Any, Any], doors: Doors) -> bool:
    # SameSite cookies are shared by all ports of a host, and the forge often is another port of ours.
    site = connection.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = connection.headers.get("origin", "")
    return urlsplit(origin).netloc in (connection.headers.get("host", ""), urlsplit(doors.public_url).netloc)


routes = [by_link, by_form]
