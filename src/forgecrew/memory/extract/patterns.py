"""Patterns by which texts name things. Each looks at a bounded piece of text; none can run away on a long one."""

import re

_REPO = r"[A-Za-z0-9][\w.-]{0,99}/[\w.-]{1,100}"
REFERENCE = re.compile(rf"(?<![\w/&#-])(?P<repo>{_REPO})?#(?P<number>[1-9]\d{{0,8}})\b")
COMMIT = re.compile(r"(?<![\w./-])(?=[0-9a-f]*[0-9])(?=[0-9]*[a-f])([0-9a-f]{7,40})(?![\w/-])")
PERSON = re.compile(r"(?<![\w@/`.])@([A-Za-z0-9](?:[\w.-]{0,38}[A-Za-z0-9_])?)(?:/([A-Za-z0-9][\w.-]{0,38}))?")
URL = re.compile(r"https?://[^\s<>\"'`)\]]{3,300}")
PATH = re.compile(
    r"(?<![\w/:.@-])((?:[\w.-]{1,80}/){1,12}[\w-][\w.-]{0,80}\.[A-Za-z]\w{0,7}"
    r"|[\w-]{1,80}\.(?:py|pyi|js|jsx|ts|tsx|go|rs|c|h|cc|cpp|hpp|java|kt|rb|php|cs|swift|md|rst|toml|ya?ml|json|sql|sh|css|html|cfg|ini))"
    r"(?![\w/])"
)
SYMBOL = re.compile(r"`([A-Za-z_][A-Za-z0-9_]{1,79}(?:(?:\.|::)[A-Za-z_][A-Za-z0-9_]{0,79}){0,5})(?:\(\))?`")
PYTHON_FRAME = re.compile(r'File "([^"\n]{1,200})", line \d{1,7}, in ([\w<>.]{1,80})')
OTHER_FRAME = re.compile(r"^\s*at ([\w$.<>]{1,120}) ?\(([^():\n]{1,200}):\d{1,7}(?::\d{1,7})?\)", re.M)
VERSION = re.compile(r"(?<![\w.])v?(\d{1,4}\.\d{1,4}\.\d{1,6}(?:[-+.]?(?:alpha|beta|rc|dev|post|a|b)\.?\d{0,4})?)(?![\w.]*\d)")
DATE = re.compile(r"(?<!\d)((?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))(?!\d)")

LEADS = {
    "closes": re.compile(r"\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?)\b:?\s{1,3}$", re.I),
    "duplicates": re.compile(r"\b(?:duplicates?|dupe|dup)(?:\s+of)?:?\s{1,3}$", re.I),
    "depends_on": re.compile(r"\b(?:depends\s+on|blocked\s+by|requires|needs)\b:?\s{1,3}$", re.I),
    "blocks": re.compile(r"\b(?:blocks|blocking)\b:?\s{1,3}$", re.I),
}
"""What the words right before a reference make of it."""

LEAD_CHARACTERS = 24
AND = re.compile(r"^(?:\s*(?:,|and|&)\s*)+$", re.I)
"""What stands between two references that share their lead: "fixes #1, #2 and #3"."""

CODE = re.compile(r"^(?P<fence>```+|~~~+)[^\n]*\n.*?(?:^(?P=fence)\s*$|\Z)|`[^`\n]+`|<!--.*?(?:-->|\Z)", re.M | re.S)
"""Code and hidden remarks, in which a reference is none."""

RECALLED = re.compile(r"\[m:[0-9a-z]{1,16}\]")
"""The mark of a line that memory had shown."""
