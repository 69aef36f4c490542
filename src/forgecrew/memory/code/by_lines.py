"""Reading a source without its grammar: lines that look like definitions, calls and imports. Less exact, never in vain."""

import re

from forgecrew.memory.code.parse import SIGNATURE_CHARACTERS_MAX, SYMBOLS_MAX, TEXT_CHARACTERS_MAX, counted
from forgecrew.memory.code.parsed import Parsed, ReferenceKind, Symbol

_DEFINES = re.compile(
    r"^(?P<indent>[ \t]*)(?:(?:export|default|public|private|protected|internal|static|final|abstract|async|pub(?:\([^)]*\))?"
    r"|unsafe|open|override|data|sealed|inline|local|virtual|const)\s+)*"
    r"(?P<word>class|interface|struct|enum|trait|module|object|protocol|def|defp|func|function|fn|fun|sub)\s+"
    r"(?:self\.)?(?P<name>[A-Za-z_][A-Za-z0-9_]*[?!]?)"
)
_IMPORTS = re.compile(
    r"^\s*(?:#\s*include|import|from|use|using|require(?:_relative)?|source)\b[ \t(]*[\"'<]?(?P<name>[\w./:@\\-]+)"
)
_CALLS = re.compile(r"\b([A-Za-z_][A-Za-z0-9_]*)\s*\(")
_KINDS = {"trait": "interface", "protocol": "interface", "module": "class", "object": "class"}
_NO_CALLS = frozenset(
    ["if", "for", "while", "switch", "return", "catch", "match", "elif", "unless", "until", "and", "or", "not"]
)
LINE_CHARACTERS_MAX = 2_000
"""Of a longer line only the beginning is looked at."""


def by_lines(source: bytes) -> Parsed:
    """Read one content; a definition ends before the next line that is not indented deeper."""
    lines = [line[:LINE_CHARACTERS_MAX] for line in source.decode("utf-8", "replace").replace("\0", "").split("\n")]
    found: list[Symbol] = []
    used: list[tuple[ReferenceKind, str, int]] = []
    around: list[tuple[int, str]] = []
    for number, line in enumerate(lines, 1):
        if (import_found := _IMPORTS.match(line)) is not None:
            used.append(("imports", import_found["name"], number))
            continue
        defined = _DEFINES.match(line)
        if defined is None:
            names: list[str] = _CALLS.findall(line)
            used.extend(("calls", name, number) for name in names if name not in _NO_CALLS)
            continue
        if len(found) >= SYMBOLS_MAX:
            break
        indent = len(defined["indent"].expandtabs())
        while around and around[-1][0] >= indent:
            around.pop()
        qualname = ".".join([*([around[-1][1]] if around else []), defined["name"]])
        around.append((indent, qualname))
        word = defined["word"]
        kind = _KINDS.get(word, word if word in ("class", "interface", "struct", "enum") else "function")
        end = _end(lines, number, indent)
        text = "\n".join(lines[number - 1 : end])[:TEXT_CHARACTERS_MAX]
        signature = " ".join(line.split()).rstrip("{:")[:SIGNATURE_CHARACTERS_MAX]
        found.append(Symbol(defined["name"][:200], qualname[:400], kind, number, end, signature, text))
    head = "\n".join(lines[:40])[: TEXT_CHARACTERS_MAX if not found else 400]
    return Parsed(head, tuple(found), tuple(counted(used)))


def _end(lines: list[str], number: int, indent: int) -> int:
    for after in range(number, min(len(lines), number + 400)):
        line = lines[after]
        if line.strip() and len(line.expandtabs()) - len(line.expandtabs().lstrip()) <= indent:
            closes = line.strip()[:1] in ("}", ")") or line.strip() == "end"
            return after + 1 if closes else after
    return min(len(lines), number + 400)
