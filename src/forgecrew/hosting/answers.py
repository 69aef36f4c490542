"""Pages that the proxy answers itself: not let in, not found, gone, not working."""

from html import escape

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>{title}</title><style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 42rem; margin: 12vh auto; padding: 0 1.25rem }}
h1 {{ font-size: 1.4rem }}
pre {{ white-space: pre-wrap; overflow-wrap: anywhere; background: #8882; padding: .75rem; border-radius: .4rem }}
</style></head><body><h1>{title}</h1><p>{words}</p>{more}</body></html>
"""
_POLICY = b"default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
_HEADERS = [
    (b"content-security-policy", _POLICY),
    (b"x-robots-tag", b"noindex, nofollow, noarchive"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
]

Answer = tuple[int, list[tuple[bytes, bytes]], bytes]
"""Status, headers, body."""


def page(status: int, title: str, words: str, *, link: tuple[str, str] | None = None, detail: str = "") -> Answer:
    """A small page; `link` is an address and its words, `detail` is shown as it is."""
    more = f'<p><a href="{escape(link[0])}">{escape(link[1])}</a></p>' if link else ""
    more += f"<pre>{escape(detail)}</pre>" if detail else ""
    body = _PAGE.format(title=escape(title), words=escape(words), more=more).encode()
    return status, [*_HEADERS, (b"content-type", b"text/html; charset=utf-8")], body


def redirect(to: str, cookie: str) -> Answer:
    """On to a path of the same origin, with our cookie."""
    return 303, [*_HEADERS, (b"location", to.encode()), (b"set-cookie", cookie.encode())], b""
