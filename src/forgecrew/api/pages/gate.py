"""The page for those who are not signed in yet."""

from typing import Any

from litestar import Request, Response

from forgecrew.api.pages.render import page


def welcome_page(request: Request[Any, Any, Any], detail: str) -> Response[str]:
    """Asks for the token. A link on another site comes without our cookie: then the page opens itself once more from here."""
    if request.headers.get("sec-fetch-site") == "cross-site" and request.method == "GET":
        return page("again.html", status=200, path=request.url.path)
    return page("login.html", status=401, detail=detail if request.url.path == "/login" else "")
