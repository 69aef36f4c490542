"""What commits tell: author, subject, files touched, and which files are there (extractor git@1)."""

from forgecrew.core.event import Event
from forgecrew.core.json import Json, as_list, as_object
from forgecrew.memory.extract import names
from forgecrew.memory.extract.found import Found, Key, Link, Said, Told

EXTRACTOR = "git@1"
FILES_MAX = 300
"""A commit that touches more is a move of everything and tells nothing about any one file."""

_CHANGES = (("added", True), ("modified", True), ("removed", False))


def commits(found: Found, event: Event) -> None:
    """Note the commits that a push or the history brings: payload commits [{id, message, author, login, email, added…}]."""
    branch = str(event.payload.get("branch") or "")
    main = branch == str(event.payload.get("default_branch") or branch)
    there: dict[Key, bool] = {}
    for item in as_list(event.payload.get("commits")):
        one = as_object(item)
        sha, message = str(one.get("id") or ""), str(one.get("message") or "")
        if not sha:
            continue
        about = names.commit(found, found.repo, sha, message.split("\n", 1)[0][:200], certain=True)
        author = _author(found, one)
        found.links.append(Link(about, "written_by", author, EXTRACTOR))
        thread = f"{found.repo}@{sha}"
        found.said.append(Said(f"{thread}/message", "commit", thread, about, found.named[author].name, message))
        for key, exists in _files(found, one):
            if one.get("merge") is not True:  # a merge brings the changes of others
                found.links.append(Link(about, "touches", key, EXTRACTOR))
            there[key] = exists
    repo = names.repository(found, found.repo, certain=True)
    if main:
        found.told += [Told(key, EXTRACTOR, {"exists_in": [repo] if exists else []}) for key, exists in there.items()]


def _files(found: Found, one: Json) -> list[tuple[Key, bool]]:
    named = [(path, exists) for word, exists in _CHANGES for path in as_list(one.get(word)) if isinstance(path, str)]
    if len(named) > FILES_MAX:
        return []
    return [(names.within(found, "file", path, certain=True), exists) for path, exists in named]


def _author(found: Found, one: Json) -> Key:
    """The account when the forge knows it, else the address that git tells."""
    login, email, name = (str(one.get(word) or "") for word in ("login", "email", "author"))
    if login:
        return names.person(found, login)
    return found.name("author", (email or name or "unknown").lower(), name or email or "unknown")
