"""From the bytes of a source to what it defines, calls and imports, by tree-sitter; broken syntax costs only what it breaks."""

import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from forgecrew.memory.code.grammars import Grammar
from forgecrew.memory.code.parsed import Parsed, Reference, ReferenceKind, Symbol
from forgecrew.memory.code.spoken import doc_of, head_doc

if TYPE_CHECKING:
    from tree_sitter import Node

SECONDS_MAX = 2.0
"""A person's file takes some milliseconds; what takes seconds was made to, and is read line by line."""
TEXT_CHARACTERS_MAX = 1_400
SIGNATURE_CHARACTERS_MAX = 300
SYMBOLS_MAX, REFERENCES_MAX = 3_000, 5_000
_DEFINITIONS = ("class", "interface", "struct", "enum", "type", "function", "macro", "scope")
_FLAT = ("function", "macro")
_REFERENCES: tuple[tuple[str, ReferenceKind], ...] = (("call", "calls"), ("extends", "extends"))


class TooSlow(Exception):
    """The parser was stopped."""


def parse(grammar: Grammar, source: bytes, *, seconds_max: float = SECONDS_MAX) -> Parsed:
    """Read one content. Raises TooSlow."""
    from tree_sitter import QueryCursor

    until = time.monotonic() + seconds_max

    def late(*_at: object) -> bool:
        return time.monotonic() > until

    try:
        tree = grammar.parser.parse(lambda at, _point: source[at : at + 65_536], progress_callback=late)
    except ValueError as error:
        grammar.parser.reset()
        raise TooSlow(f"parsing took more than {seconds_max:g} s") from error
    # No time limit here: with one the library (0.26.1) crashes. What the size of a file bounds takes a second at most.
    matches = QueryCursor(grammar.query).matches(tree.root_node)
    defined: dict[int, tuple[str, Node, Node, str]] = {}
    used: list[tuple[ReferenceKind, str, int]] = []
    for _, held in matches:
        kind = next((one for one in _DEFINITIONS if one in held), None)
        if kind and "name" in held:
            node = held[kind][0]
            owner = _text(source, held["owner"][0]) if "owner" in held else ""
            defined.setdefault(node.id, (kind, node, held["name"][0], owner))
        else:
            used += _used(source, held)
    symbols = _symbols(grammar.language, source, list(defined.values()))
    top = " ".join(one.name for one in symbols if one.own and "." not in one.qualname)
    head = f"{head_doc(grammar.language, source, tree.root_node)[:400]}\n{top}"
    return Parsed(head, tuple(symbols), tuple(counted(used)))


def counted(used: Iterable[tuple[ReferenceKind, str, int]]) -> list[Reference]:
    """Each name once per kind, with its first line and how often it stands there."""
    first: dict[tuple[ReferenceKind, str], int] = {}
    count: dict[tuple[ReferenceKind, str], int] = {}
    for kind, name, line in used:
        key = kind, name[:300]
        if name and (key in first or len(first) < REFERENCES_MAX):
            first[key] = min(line, first.get(key, line))
            count[key] = count.get(key, 0) + 1
    return [Reference(kind, name, line, count[kind, name]) for (kind, name), line in first.items()]


def _used(source: bytes, held: dict[str, list["Node"]]) -> list[tuple[ReferenceKind, str, int]]:
    found: list[tuple[ReferenceKind, str, int]] = []
    for key, kind in _REFERENCES:
        found.extend((kind, _text(source, node), node.start_point.row + 1) for node in held.get(key, ()))
    for node in held.get("import", ()):
        found.append(("imports", " ".join(_text(source, node).split()).strip("<>"), node.start_point.row + 1))
    for node in held.get("from", ()):
        module, line = _text(source, node), node.start_point.row + 1
        dot = "" if module.endswith(".") else "."
        found.extend(("imports", f"{module}{dot}{_text(source, name)}", line) for name in held.get("imported", ()))
    return found


def _symbols(language: str, source: bytes, defined: Sequence[tuple[str, "Node", "Node", str]]) -> list[Symbol]:
    """In the order of the source; what lies inside another is called by its name too."""
    found: list[Symbol] = []
    around: list[tuple[int, str, bool]] = []  # end, qualified name, whether it is a function
    children: dict[str, list[str]] = {}
    ordered = sorted(defined, key=lambda one: (one[1].start_byte, -one[1].end_byte))
    for kind, node, named, owner in ordered[:SYMBOLS_MAX]:
        while around and around[-1][0] <= node.start_byte:
            around.pop()
        within = around[-1][1] if around else owner
        name = _text(source, named).replace("::", ".")[-200:]
        qualname = f"{within}.{name}" if within else name
        own = not any(flat for _, _, flat in around)
        around.append((node.end_byte, qualname, kind in _FLAT))
        if kind == "scope":
            continue
        if own:
            children.setdefault(within, []).append(name)
        text = _cut(source, node) if kind in _FLAT else ""
        start, end = node.start_point.row + 1, node.end_point.row + 1
        found.append(Symbol(name.rpartition(".")[2], qualname[:400], kind, start, end, _signature(source, node), text, own))
    docs = {node.start_point.row + 1: node for kind, node, _, _ in ordered if kind not in (*_FLAT, "scope")}
    for place, one in enumerate(found):
        if one.kind not in _FLAT and one.own and one.start_line in docs:
            doc = doc_of(language, source, docs[one.start_line])[:600]
            members = " ".join(children.get(one.qualname, ()))
            text = f"{doc}\n{members}" if doc or members else one.signature
            found[place] = Symbol(one.name, one.qualname, one.kind, one.start_line, one.end_line, one.signature, text)
    return found


def _cut(source: bytes, node: "Node") -> str:
    raw = source[node.start_byte : min(node.end_byte, node.start_byte + 4 * TEXT_CHARACTERS_MAX)]
    return raw.decode("utf-8", "replace").replace("\0", "")[:TEXT_CHARACTERS_MAX]


def _signature(source: bytes, node: "Node") -> str:
    """The definition up to its body, on one line."""
    inner = node.child_by_field_name("value") or node
    body = inner.child_by_field_name("body")
    end = body.start_byte if body is not None else node.end_byte
    raw = source[node.start_byte : min(end, node.start_byte + 2_000)]
    words = " ".join(raw.decode("utf-8", "replace").replace("\0", "").split())
    return words.rstrip("{:=> ")[:SIGNATURE_CHARACTERS_MAX]


def _text(source: bytes, node: "Node") -> str:
    # Not node.text: of a tree that was read piece by piece the library reads the source again for each.
    return source[node.start_byte : node.end_byte].decode("utf-8", "replace").replace("\0", "")
