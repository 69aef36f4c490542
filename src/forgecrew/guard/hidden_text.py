"""Taking out what people do not see on a page but a model or another program reads: comments and invisible characters."""

import re
import unicodedata
from dataclasses import dataclass

OWN_MARKER = re.compile(r"<!-- forgecrew:[\w:./#-]{1,200} -->")

_INVISIBLE = (
    (0x00AD, 0x00AD), (0x034F, 0x034F), (0x061C, 0x061C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F),
    (0x200B, 0x200F), (0x2028, 0x202E), (0x2060, 0x206F), (0x2800, 0x2800), (0x3164, 0x3164), (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFFB), (0x13430, 0x1343F), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A),
    (0xE0000, 0xE0FFF),
)  # fmt: skip
_HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f" + "".join(f"{chr(low)}-{chr(high)}" for low, high in _INVISIBLE) + "]"
)
_DEFINITION = re.compile(
    r"^ {0,3}\[([^\]\n]+)\]:[ \t]*\n?[ \t]*(?:<[^<>\n]*>|[^\s<]\S*)"
    r"""(?:[ \t]*\n?[ \t]+(?:"[^"\n]*"|'[^'\n]*'|\([^)\n]*\)))?[ \t]*$""",
    re.MULTILINE,
)
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})([^\n]*)")


@dataclass(frozen=True, slots=True)
class Shown:
    """Text with nothing hidden in it, and how many hidden pieces were taken out."""

    text: str
    removed: int


def strip_hidden(text: str, *, drop_unclosed: bool = False, drop_definitions: bool = False) -> Shown:
    """Remove invisible characters and HTML comments; comments inside fenced code are visible and stay.

    A comment that never ends becomes visible, or goes with all that follows. Definitions of links that nothing refers to are
    shown nowhere either.
    """
    seen, characters = _strip_characters(text.replace("\r\n", "\n"))
    kept, comments = _strip_comments(seen, drop_unclosed)
    definitions = 0
    if drop_definitions:
        for match in reversed(list(_DEFINITION.finditer(kept))):
            if kept.lower().count(f"[{match[1].lower()}]") == 1:
                kept, definitions = kept[: match.start()] + kept[match.end() :], definitions + 1
    return Shown(kept, characters + comments + definitions)


def _strip_characters(text: str) -> tuple[str, int]:
    removed = 0

    def replace(match: re.Match[str]) -> str:
        nonlocal removed
        if _joins(text, match.start()):
            return match.group()
        removed += 1
        return ""

    return _HIDDEN.sub(replace, text), removed


def _joins(text: str, at: int) -> bool:
    """Whether the character is needed to show its neighbours: parts of an emoji, letters of scripts that join."""
    character = text[at]
    before, after = text[at - 1 : at] if at else "", text[at + 1 : at + 2]
    if character == "\ufe0f":
        return bool(before) and (unicodedata.category(before) in ("So", "Sm", "Sk", "Po") or before in "0123456789")
    if character == "\u200d" and before and after and unicodedata.category(after) == "So":
        return before == "\ufe0f" or unicodedata.category(before) in ("So", "Sk")
    return character in "\u200c\u200d" and all(
        neighbour and 0x0590 <= ord(neighbour) <= 0x1CFF for neighbour in (before, after)
    )


def _strip_comments(text: str, drop_unclosed: bool) -> tuple[str, int]:
    kept: list[str] = []
    removed, at, fence = 0, 0, ""
    while at < len(text):
        line_end = text.find("\n", at) + 1 or len(text)
        line = text[at:line_end]
        opened = _FENCE.match(line) if at == 0 or text[at - 1] == "\n" else None
        if fence:
            if opened and opened[1].startswith(fence) and not opened[2].strip():
                fence = ""
        elif opened and not (opened[1][0] == "`" and "`" in opened[2]):
            fence = opened[1]
        elif "<!--" in line:
            start = at + line.index("<!--")
            end = text.find("-->", start + 2)
            comment = text[start : end + 3] if end >= 0 else ""
            kept.append(text[at:start])
            if not comment and drop_unclosed:
                return "".join(kept), removed + 1
            if not comment:
                kept.append("&lt;!--")
                at = start + 4
                removed += 1
                continue
            removed += 1
            at = start + len(comment)
            continue
        kept.append(line)
        at = line_end
    return "".join(kept), removed
