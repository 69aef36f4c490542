"""Images and links in text that leaves the house: an image is fetched without a click, so only our own forge's stay images."""

import html
import re
from collections.abc import Collection
from urllib.parse import urlsplit

_FETCHING = "img|image|picture|source|video|audio|track|iframe|object|embed|svg|link|style|script|input|base|meta"
_FETCHING_TAG = re.compile(rf"<(?=/?(?:{_FETCHING})\b)", re.IGNORECASE)
_PARAGRAPH = re.compile(r"(\n[ \t>]*\n)")
_INLINE = re.compile(r"\]\(\s*(?:<(?P<angle>[^<>\n]*)>|(?P<url>[^\s)]*))")
_DEFINITION = re.compile(r"\]:(?P<space>\s*)(?:<(?P<angle>[^<>\n]*)>|(?P<url>[^\s<]\S*))")
_LINK = re.compile(r"\[(?P<text>[^\[\]]*)\]\(\s*<?(?P<url>[^)\s>]*)>?[^)]*\)")
_BARE = re.compile(r"<?(?P<url>(?:[a-z][a-z0-9+.-]*:)?//[^\s<>()`\]]+)>?", re.IGNORECASE)
_CODE = re.compile(r"(```.*?(?:```|\Z)|`[^`\n]+`)", re.DOTALL)


def tame_links(text: str, *, own_hosts: Collection[str], foreign_links: bool) -> str:
    """The text with foreign images as links and fetching HTML tags as text; foreign links as code unless they are allowed.

    A link is foreign unless it is relative or its host (with port) is one of own_hosts. Images are found in code too:
    where code begins and ends is for the forge to say, and we might read it otherwise.
    """
    text = _FETCHING_TAG.sub("&lt;", text)
    text = "".join(_without_images(paragraph, own_hosts) for paragraph in _PARAGRAPH.split(text))
    text = _DEFINITION.sub(lambda match: _code_if_foreign(match, own_hosts), text)
    if foreign_links:
        return text
    parts = _CODE.split(text)
    return "".join(part if at % 2 else _without_links(part, own_hosts) for at, part in enumerate(parts))


def foreign(url: str, own_hosts: Collection[str]) -> bool:
    """Whether an address leads away from our own forge, read as a browser reads it."""
    url = html.unescape(url)
    if "\\" in url or any(ord(character) < 33 for character in url):
        return True
    try:
        parts = urlsplit(url)
    except ValueError:
        return True
    host = parts.netloc.rpartition("@")[2].lower()
    if not host:
        return bool(parts.scheme) or url.startswith("//")
    return parts.scheme not in ("http", "https", "") or host not in own_hosts


def _without_images(paragraph: str, own_hosts: Collection[str]) -> str:
    targets = [match["angle"] or match["url"] or "" for match in _INLINE.finditer(paragraph)]
    if any(foreign(url, own_hosts) for url in targets):
        return paragraph.replace("![", "[")
    return paragraph


def _code_if_foreign(match: re.Match[str], own_hosts: Collection[str]) -> str:
    url = match["angle"] or match["url"] or ""
    return f"]:{match['space']}`{url}`" if "/" in url and foreign(url, own_hosts) else match.group()


def _without_links(text: str, own_hosts: Collection[str]) -> str:
    def link(match: re.Match[str]) -> str:
        return f"{match['text']} `{match['url']}`" if foreign(match["url"], own_hosts) else match.group()

    def bare(match: re.Match[str]) -> str:
        return f"`{match['url']}`" if foreign(match["url"], own_hosts) else match.group()

    parts = re.split(r"(`[^`]*`|\]\([^)]*\))", _LINK.sub(link, text))
    return "".join(part if at % 2 else _BARE.sub(bare, part) for at, part in enumerate(parts))
