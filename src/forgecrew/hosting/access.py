"""Who may see an app: everybody a public one, a private one whoever opened a link of ours; other sites' pages never."""

import time
from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

from forgecrew.core.app import App
from forgecrew.core.app_access import COOKIE, COOKIE_SECONDS, OPEN_PATH, holds, prove
from forgecrew.hosting.answers import Answer, page, redirect
from forgecrew.hosting.rules import HostingRules


def opened(app: App, rules: HostingRules, target: str) -> Answer | None:
    """The answer to our link, which sets the cookie; None for every other address."""
    url = urlsplit(target)
    if url.path != OPEN_PATH:
        return None
    given = parse_qs(url.query)
    if not holds(given.get("proof", [""])[0], rules.key, "link", app.name):
        return refused(app, rules, "This link has ended, or is not whole.")
    to = given.get("to", ["/"])[0]
    if not to.startswith("/") or to.startswith(("//", "/\\")) or not to.isprintable() or not to.isascii():
        to = "/"
    value = prove(rules.key, "cookie", app.name, int(time.time()) + COOKIE_SECONDS)
    secure = "; Secure" if rules.url.startswith("https:") else ""
    return redirect(to, f"{COOKIE}={value}; Path=/; Max-Age={COOKIE_SECONDS}; HttpOnly; SameSite=Lax{secure}")


def let_in(app: App, rules: HostingRules, method: str, headers: Mapping[bytes, bytes]) -> Answer | None:
    """None for who may see it; else the page that says where to go."""
    if app.public:
        return None
    if not _same_origin(rules.origin(app.name), method, headers):
        return page(403, "Not from there", "A page of another site may not use this app.")
    cookies = (part.split(b"=", 1) for part in headers.get(b"cookie", b"").split(b";") if b"=" in part)
    values = [value.strip().decode("latin-1") for name, value in cookies if name.strip() == COOKIE.encode()]
    if any(holds(value, rules.key, "cookie", app.name) for value in values):
        return None
    return refused(app, rules, "This app is private.")


def refused(app: App, rules: HostingRules, words: str) -> Answer:
    """The page for who is not let in."""
    link = (f"{rules.home_url}/apps/{app.id}/open", "Sign in and open it")
    return page(403, "Not open to everybody", words, link=link)


def _same_origin(origin: str, method: str, headers: Mapping[bytes, bytes]) -> bool:
    """Apps are the same *site* to a browser, so cookies alone do not keep one app's pages from using another."""
    site = headers.get(b"sec-fetch-site")
    if site is None:
        given = headers.get(b"origin")
        return given is None or given.decode("latin-1") == origin
    if site in (b"same-origin", b"none"):
        return True
    opens_page = headers.get(b"sec-fetch-mode") == b"navigate" and headers.get(b"sec-fetch-dest") == b"document"
    return opens_page and method in ("GET", "HEAD")
