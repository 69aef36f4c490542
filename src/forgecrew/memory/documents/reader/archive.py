"""Archives of code: every file of text is a place; what is left out is told by its reason."""

from forgecrew.memory.documents.reader.places import Places, Unreadable, some
from forgecrew.memory.documents.reader.unpacking import FILE_BYTES_MAX, Member, members

_LEFT = ("/.git/", "/node_modules/", "/__pycache__/", "/.venv/")
_PACKED = (b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"7z\xbc\xaf", b"Rar!")


def archive(content: bytes, places: Places) -> None:
    """By file. Raises Unreadable when there is nothing to read in it; what was read before a break is kept, with a note."""
    left: dict[str, list[str]] = {}
    try:
        for member in members(content):
            reason = _reason(member)
            if reason:
                left.setdefault(reason, []).append(member.name)
            elif member.content:
                places.add(member.name, member.content.decode("utf-8", "replace"))
    except Unreadable as problem:
        if not places.texts:
            raise
        places.note(f"it {problem}: what comes after {places.last} is left out")
    for reason, names in left.items():
        places.note(f"left out: {len(names)} {reason} ({some(names)})")
    if not places.texts:
        raise Unreadable("holds no text files" + (f": {'; '.join(places.notes)}" if places.notes else ""))


def _reason(member: Member) -> str:
    """Why a file is left out; empty when it is read."""
    name = "/" + member.name.replace("\\", "/")
    if member.name.startswith(("/", "\\")) or "/../" in f"{name}/" or ":" in member.name[:3]:
        return "names that lead out of the archive"
    if any(part in name for part in _LEFT):
        return "files of tools"
    if member.problem:
        return member.problem
    if member.content is None:
        return f"files above {FILE_BYTES_MAX >> 10} KiB"
    if member.content.startswith(_PACKED):
        return "archives inside the archive"
    if b"\0" in member.content or _no_text(member.content):
        return "binary files"
    return ""


def _no_text(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("utf-8", "replace").count("\ufffd") > len(content) // 20
    return False
