"""The members of an archive, one after the other and each in memory: none is ever written to the disk under its own name."""

import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from forgecrew.memory.documents.reader.places import Unreadable

FILE_BYTES_MAX = 256 << 10
ALL_BYTES_MAX = 256 << 20
MEMBERS_MAX = 20_000
_BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, tarfile.TarError, EOFError, OSError, NotImplementedError)


@dataclass(frozen=True)
class Member:
    """One file; `content` is None when it is too large, `problem` tells of one that cannot be read."""

    name: str
    content: "bytes | None"
    problem: str = ""


def members(content: bytes) -> Iterator[Member]:
    """All files; links and devices are named alone. Raises Unreadable, after what could be read."""
    budget = [ALL_BYTES_MAX]
    try:
        if zipfile.is_zipfile(io.BytesIO(content)) and content[:2] == b"PK":
            yield from _zip(content, budget)
        else:
            yield from _tar(content, budget)
    except _BROKEN as error:
        raise Unreadable(f"is a corrupt archive: {error or type(error).__name__}") from error


def _zip(content: bytes, budget: list[int]) -> Iterator[Member]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        listed = archive.infolist()
        if len(listed) > MEMBERS_MAX:
            raise Unreadable(f"holds {len(listed)} files: at most {MEMBERS_MAX} are read")
        for info in listed:
            if info.is_dir():
                continue
            if (info.external_attr >> 28) == 0xA:
                yield Member(info.filename, None, "links")
            elif info.flag_bits & 1:
                yield Member(info.filename, None, "encrypted files")
            else:
                with archive.open(info) as file:
                    got = file.read(FILE_BYTES_MAX + 1)
                _spend(budget, len(got))
                yield Member(info.filename, got if len(got) <= FILE_BYTES_MAX else None)


def _tar(content: bytes, budget: list[int]) -> Iterator[Member]:
    with tarfile.open(fileobj=io.BytesIO(content), mode="r|*") as archive:
        for number, info in enumerate(archive):
            _spend(budget, max(info.size, 0))
            if number >= MEMBERS_MAX:
                raise Unreadable(f"holds more than {MEMBERS_MAX} files")
            if info.isdir():
                continue
            if not info.isreg():
                yield Member(info.name, None, "links")
                continue
            file = archive.extractfile(info) if info.size <= FILE_BYTES_MAX else None
            yield Member(info.name, file.read(FILE_BYTES_MAX) if file else None)


def _spend(budget: list[int], bytes_read: int) -> None:
    budget[0] -= bytes_read
    if budget[0] < 0:
        raise Unreadable(f"unpacks to more than {ALL_BYTES_MAX >> 20} MiB")
