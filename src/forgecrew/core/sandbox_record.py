"""What is written beside a workspace, so that a sandbox outlives the process that made it."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from forgecrew.core.sandbox import Door, Profile, SandboxSpec

_FILE = "spec.json"


@dataclass(frozen=True, slots=True)
class Record:
    """A spec and the host's user id that it was given, the first where it has several; None where it has none of its own.

    `disk`: the workspace is on a disk of its own, which has to be mounted.
    """

    spec: SandboxSpec
    uid: int | None = None
    disk: bool = False


def save(home: Path, record: Record) -> None:
    """Write it whole or not at all."""
    draft = home / f"{_FILE}.new"
    draft.write_text(json.dumps(asdict(record), indent=1))
    draft.rename(home / _FILE)


def load(home: Path, *, needs: str = "workspace") -> Record | None:
    """The record of one sandbox; None where there is none, or the folder that it needs is gone."""
    try:
        row = json.loads((home / _FILE).read_text())
    except FileNotFoundError:
        return None
    if not (home / needs).is_dir():
        return None
    words = row["spec"]
    words["profile"] = Profile(**words["profile"])
    words["mounts"] = tuple(words["mounts"])
    words["env"] = tuple((name, value) for name, value in words.get("env", ()))
    words["doors"] = tuple(Door(**door) for door in words.get("doors", ()))
    return Record(SandboxSpec(**words), row["uid"], disk=bool(row.get("disk")))


def homes(folder: Path) -> list[Path]:
    """The folders of the sandboxes below `folder`, whole or half made; names with a dot in front are not sandboxes."""
    return sorted(path for path in folder.glob("[!.]*") if path.is_dir())


def load_all(folder: Path, *, needs: str = "workspace") -> list[Record]:
    """Every sandbox below `folder`."""
    return [record for home in homes(folder) if (record := load(home, needs=needs)) is not None]
