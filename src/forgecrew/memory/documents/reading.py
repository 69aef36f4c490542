"""One document read in a sandbox of its own, which is gone afterwards: its parser may crash, hang or be taken over there."""

import json
from dataclasses import dataclass
from typing import Any

from forgecrew.core.command import Command, Result
from forgecrew.core.errors import RefusedError
from forgecrew.core.json import as_list, as_object
from forgecrew.core.sandbox import Profile, SandboxSpec
from forgecrew.core.signals import TellModel
from forgecrew.memory.documents.kinds import Kind
from forgecrew.memory.documents.packing import MODULE, UNPACK, packed
from forgecrew.ports.sandbox import Sandbox
from forgecrew.ports.sandbox_backend import SandboxBackend

PROFILE = Profile(
    name="documents", memory_bytes=512 << 20, cpu=1.0, pids=16, wall_seconds=120, output_bytes=64 << 10,
    disk_bytes=256 << 20, file_bytes=128 << 20, open_files=256, inodes=4096,
)  # fmt: skip
FOUND_BYTES_MAX = 24 << 20
PLACES_MAX = 2_100
NOTES_MAX = 60


@dataclass(frozen=True, slots=True)
class Read:
    """Texts by place (`p. 3`, `Install > Debian`, `src/a.py`, or "" for all of it), and sentences about what is left out."""

    places: tuple[tuple[str, str], ...]
    notes: tuple[str, ...] = ()


async def read(sandboxes: SandboxBackend, id: str, name: str, kind: Kind, content: bytes) -> Read:
    """Read it. Raises RefusedError with a sentence for a document that cannot be read, SandboxUnavailable for another time."""
    box = await sandboxes.create(SandboxSpec(f"document-{id.lower()}", owner="documents", profile=PROFILE))
    try:
        return await read_in(box, name, kind, content)
    finally:
        await box.destroy()


async def read_in(box: Sandbox, name: str, kind: Kind, content: bytes) -> Read:
    """As read(), in a sandbox that is there."""
    try:
        await box.write("reader.tar", packed(kind))
        await box.write("document", content)
        unpacked = await box.exec(Command(("python3", "-c", UNPACK)))
        result = await box.exec(Command(("python3", "-s", "-m", MODULE, kind))) if unpacked.ok else unpacked
        if not result.ok:
            raise RefusedError(_ending(result))
        found = await box.read("found.json", bytes_max=FOUND_BYTES_MAX)
    except TellModel as problem:
        raise RefusedError(f"{name} cannot be read: {problem}") from problem
    except RefusedError as problem:
        raise RefusedError(f"{name} {problem}") from problem
    return _checked(name, found)


def _ending(result: Result) -> str:
    if result.reason in ("timeout", "cpu"):
        return f"takes longer than {PROFILE.wall_seconds:.0f} seconds to read: send it in parts"
    if result.reason == "oom" or "MemoryError" in result.text:
        return f"needs more than {PROFILE.memory_bytes >> 20} MiB to be read: send it in parts"
    if result.exit_code == 127:
        return "cannot be read: the sandbox has no python3"
    shown = result.text.strip().splitlines()
    last = f": {shown[-1][:200]}" if shown else ""
    return f"cannot be read: its reader ended with {result.exit_code} ({result.reason}){last}"


def _checked(name: str, found: bytes) -> Read:
    """What the sandbox says is as untrusted as the document: only its shape is believed."""
    try:
        told: Any = json.loads(found)
    except (ValueError, RecursionError) as error:
        raise RefusedError(f"{name} cannot be read: its reader wrote no result") from error
    result = as_object(told)
    if problem := _line(result.get("problem")):
        raise RefusedError(f"{name} {problem}")
    places: dict[str, str] = {}
    for one in as_list(result.get("places"))[:PLACES_MAX]:
        at, text = as_object(one).get("at"), as_object(one).get("text")
        if isinstance(at, str) and isinstance(text, str) and text.strip():
            places.setdefault(_line(at)[:150], text.replace("\0", ""))
    if not places:
        raise RefusedError(f"{name} holds no text")
    notes = [_line(one) for one in as_list(result.get("notes"))[:NOTES_MAX]]
    return Read(tuple(places.items()), tuple(note for note in notes if note))


def _line(value: object) -> str:
    return " ".join(value.replace("\0", "").split())[:600] if isinstance(value, str) else ""
