"""Where something stands, as an address that people can open, and in a few words."""

import re
from urllib.parse import quote

from forgecrew.memory.documents.citation import citation
from forgecrew.store.queries.chunks import Chunk
from forgecrew.store.queries.code_asking import Branch

_PAGES = {"branch": "src/branch/{}", "release": "releases/tag/{}", "label": "labels", "milestone": "milestones", "symbol": "",
          "version": "", "date": "", "run": "", "url": ""}  # fmt: skip
"""Pages of what has its name inside a repository; those without one lead to the repository."""
_NOWHERE = ("value", "author")
"""Words, and people whom the forge knows by an address of mail alone."""


def url_of(one: Chunk, forge_url: str, public_url: str) -> str:
    """The page of a chunk: on the forge, or ours for runs and notes."""
    source = one.source_key
    if source.startswith("run/"):
        return f"{public_url}/api/runs/{quote(source.split('/')[1])}"
    if source.startswith("note/"):
        return f"{public_url}/api/memory/notes/{quote(source.split('/')[1])}"
    if one.kind == "document":
        name = one.thread_key.partition(":document/")[2]
        return f"{public_url}/api/memory/documents/content?repo={quote(one.repo)}&name={quote(name)}"
    if source.startswith(f"{one.repo}:notes/") and source.endswith("/note"):
        return f"{public_url}/api/memory/pages?repo={quote(one.repo)}"
    if source.endswith("/wiki"):
        return _page_url(one.repo, f"wiki/{source.removeprefix(f'{one.repo}:').removesuffix('/wiki')}", forge_url)
    return url_of_key(one.thread_key, forge_url) + (
        f"#issuecomment-{source.rsplit('/', 1)[-1]}" if "/comment/" in source else ""
    )


def url_of_key(key: str, forge_url: str, kind: str = "") -> str:
    """The page of what a key names: owner/name#3, owner/name@sha, owner/name:path, owner/name, login."""
    base = forge_url.rstrip("/")
    if kind in _NOWHERE or not key:
        return base
    if kind == "page":
        repo, _, page = key.partition(":")
        return _page_url(repo, page, forge_url)
    if "#" in key and kind not in _PAGES:
        repo, _, number = key.partition("#")
        return f"{base}/{quote(repo)}/issues/{quote(number)}"
    if ":" in key:
        repo, _, path = key.partition(":")
        page = _PAGES.get(kind, "src/branch/HEAD/{}").format(quote(path))
        return f"{base}/{quote(repo)}/{page}" if page else f"{base}/{quote(repo)}"
    if "@" in key:
        repo, _, sha = key.partition("@")
        return f"{base}/{quote(repo)}/commit/{quote(sha)}"
    return f"{base}/{quote(key)}"


def _page_url(repo: str, page: str, forge_url: str) -> str:
    """Of a page of memory, by where it is kept: wiki/Title, doc/path; a title with a dash has a mark in its address."""
    kept, _, name = page.partition("/")
    base = f"{forge_url.rstrip('/')}/{quote(repo)}"
    if kept == "wiki":
        marked = f"{name}.-" if "-" in name or name.endswith(".md") else name
        return f"{base}/wiki/{quote(marked, safe='')}"
    return f"{base}/src/branch/HEAD/{quote(name)}" if kept == "doc" else base


def url_of_source(source_key: str, forge_url: str) -> str:
    """The page of a text of a thread by its place: owner/name#3/comment/9."""
    thread, number = source_key.partition("/comment/")[::2]
    if number:
        return f"{url_of_key(thread, forge_url)}#issuecomment-{number}"
    return url_of_key(re.sub(r"/(?:body|review/.*)$", "", source_key), forge_url)


def place_of(one: Chunk) -> str:
    """In a few words what it is and where: `comment in acme/tally#3`."""
    if one.source_key.startswith("run/"):
        return f"own {'run' if one.kind == 'run' else 'step of a run'} in {one.repo}"
    if one.kind == "document":
        return f"document {citation(one.thread_key, one.source_key)} of {one.repo}"
    if one.kind == "note":
        return f"note on {one.thread_key.removesuffix('/notes')}"
    key = one.thread_key
    if "@" in key:
        key = key[: key.index("@") + 9]
    return f"{one.kind} in {key}" if one.kind in ("comment", "review") else f"{one.kind} {key}"


def url_at(forge_url: str, of: Branch, path: str, lines: str) -> str:
    """Where it stood when it was indexed, whatever is pushed later."""
    begin, _, end = lines.partition("-")
    return f"{forge_url.rstrip('/')}/{quote(of.repo)}/src/commit/{of.commit[:12]}/{quote(path)}#L{begin}-L{end}"
