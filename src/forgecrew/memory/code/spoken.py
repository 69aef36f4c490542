"""What people say of their code beside it: docstrings, and comments right before a definition or at the top of a file."""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node

_AROUND = frozenset(["export_statement", "decorated_definition", "template_declaration", "type_declaration", "declaration"])
_MARKS = re.compile(r"^[ \t]*(?:///?!?|/\*\*?!?|\*/|\*|#+|--|\"\"\"|''')+|(?:\*/|\"\"\"|''')[ \t]*$", re.M)


def doc_of(language: str, source: bytes, node: "Node") -> str:
    """What is said of one definition."""
    if language == "python":
        return _docstring(source, node.child_by_field_name("body"))
    while node.parent is not None and node.parent.type in _AROUND:
        node = node.parent
    lines: list[str] = []
    before, row = node.prev_named_sibling, node.start_point.row
    while before is not None and "comment" in before.type and before.end_point.row >= row - 1:
        lines.insert(0, _plain(source, before))
        row, before = before.start_point.row, before.prev_named_sibling
    return "\n".join(lines).strip()


def head_doc(language: str, source: bytes, root: "Node") -> str:
    """What is said of a whole file."""
    if language == "python" and (found := _docstring(source, root)):
        return found
    lines: list[str] = []
    for child in root.named_children[:20]:
        if "comment" not in child.type or (lines and len("\n".join(lines)) > 800):
            break
        lines.append(_plain(source, child))
    return "\n".join(lines).strip()


def _docstring(source: bytes, block: "Node | None") -> str:
    for child in block.named_children[:4] if block is not None else ():
        if child.type == "comment":
            continue
        first = child.named_children[0] if child.type == "expression_statement" and child.named_children else None
        return _plain(source, first) if first is not None and first.type == "string" else ""
    return ""


def _plain(source: bytes, node: "Node") -> str:
    text = source[node.start_byte : min(node.end_byte, node.start_byte + 4_000)].decode("utf-8", "replace").replace("\0", "")
    return _MARKS.sub("", text).strip()
