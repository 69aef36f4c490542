"""Making a text fit to be searched and stored: no control characters, no hidden remarks, no binary garbage."""

import re

_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]|[\ud800-\udfff]")
_HIDDEN = re.compile(r"<!--.*?(?:-->|\Z)", re.S)
_BLOB = re.compile(r"[A-Za-z0-9+/=_-]{400,}")
"""So long a run without any space is a picture or a key, not words."""

_GARBAGE_SHARE = 0.1


def plain_text(text: str) -> str:
    """The text as people would read it; empty when it is no text at all."""
    odd = len(_UNSEEN.findall(text)) + text.count("\ufffd")
    if odd > max(8, len(text) * _GARBAGE_SHARE):
        return ""
    shown = _UNSEEN.sub("", _HIDDEN.sub("", text.replace("\r\n", "\n")))
    return _BLOB.sub(lambda match: f"[{len(match.group())} characters that are no words]", shown).strip()
