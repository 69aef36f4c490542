"""Where the sockets of outlets lie: in a folder of this user alone, whose path is short enough for a socket."""

import hashlib
import os
import tempfile
from pathlib import Path

_SOCKET_PATH_MAX = 100


def socket_of(folder: Path, sandbox_id: str) -> Path:
    """The socket of one sandbox's outlet. Raises OSError."""
    return _place(folder) / f"{hashlib.sha256(sandbox_id.encode()).hexdigest()[:16]}.sock"


def _place(folder: Path) -> Path:
    """Where sockets lie: in the folder, or where its path is too long for one, in a folder of ours for temporary files."""
    place = folder / "sockets"
    if len(str(place)) > _SOCKET_PATH_MAX - 24:
        name = hashlib.sha256(str(folder).encode()).hexdigest()[:16]
        place = Path(tempfile.gettempdir()) / f"forgecrew-{os.geteuid()}-{name}"
    place.mkdir(mode=0o700, exist_ok=True)
    info = place.lstat()
    if info.st_uid != os.geteuid() or info.st_mode & 0o170077 != 0o040000:
        raise OSError(f"{place} is not a folder of this user alone: remove it")
    return place
