"""What a text names, found by patterns alone (extractor text@1)."""

from itertools import islice

from forgecrew.memory.extract import names, patterns
from forgecrew.memory.extract.found import Found, Key, Link

EXTRACTOR = "text@1"
MENTIONS_MAX = 40
LINKS_MAX = 100


def mentions(found: Found, text: str) -> list[Key]:
    """Entities that a text names, at most 40, each once."""
    keys: dict[Key, None] = {}
    for key in _named(found, text):
        keys[key] = None
        if len(keys) >= MENTIONS_MAX:
            break
    return list(keys)


def links(found: Found, about: Key, text: str, *, confidence: float = 0.9) -> list[Link]:
    """Relations that a text makes from what it is about to other issues and commits: closes, blocks, refers to."""
    made: dict[tuple[str, Key], Link] = {}
    bare = patterns.CODE.sub(lambda match: " " * len(match.group()), text)
    lead, ended = "", -1
    for match in islice(patterns.REFERENCE.finditer(bare), LINKS_MAX):
        between = bare[ended : match.start()] if ended >= 0 else ""
        if not (lead and len(between) < LINKS_MAX and patterns.AND.match(between)):
            lead = _lead(bare[max(0, match.start() - patterns.LEAD_CHARACTERS) : match.start()])
        ended = match.end()
        target = names.thread(found, match["repo"] or found.repo, int(match["number"]))
        kind = lead or "refers_to"
        if target != about:
            made.setdefault((kind, target), Link(about, kind, target, EXTRACTOR, confidence if lead else 0.6))
    return list(made.values())


def is_recalled(text: str) -> bool:
    """Whether a text copies what memory had shown."""
    return patterns.RECALLED.search(text) is not None


def _lead(before: str) -> str:
    return next((kind for kind, pattern in patterns.LEADS.items() if pattern.search(before)), "")


def _named(found: Found, text: str) -> "list[Key]":
    bare = patterns.CODE.sub(lambda match: " " * len(match.group()), text)
    urls = [match.group().rstrip(".,;:!?") for match in patterns.URL.finditer(text)]
    plain, words = patterns.URL.sub(" ", text), patterns.URL.sub(" ", bare)
    keys = [
        names.thread(found, match["repo"] or found.repo, int(match["number"])) for match in patterns.REFERENCE.finditer(words)
    ]
    for match in patterns.PERSON.finditer(words):
        if match[2]:
            keys.append(found.name("team", f"{match[1]}/{match[2]}".lower(), f"{match[1]}/{match[2]}"))
        else:
            keys.append(names.person(found, match[1], certain=False))
    keys += [names.commit(found, found.repo, match[1]) for match in patterns.COMMIT.finditer(plain)]
    for match in patterns.PYTHON_FRAME.finditer(plain):
        keys += [names.within(found, "file", _relative(match[1])), names.within(found, "symbol", match[2])]
    for match in patterns.OTHER_FRAME.finditer(plain):
        keys += [names.within(found, "symbol", match[1]), names.within(found, "file", _relative(match[2]))]
    keys += [names.within(found, "file", _relative(match[1])) for match in patterns.PATH.finditer(plain)]
    keys += [names.within(found, "symbol", match[1].replace("::", ".")) for match in patterns.SYMBOL.finditer(text)]
    keys += [names.within(found, "version", match[1]) for match in patterns.VERSION.finditer(words)]
    keys += [names.within(found, "date", match[1]) for match in patterns.DATE.finditer(words)]
    return keys + [names.within(found, "url", url) for url in urls]


def _relative(path: str) -> str:
    return path.removeprefix("./").lstrip("/")
