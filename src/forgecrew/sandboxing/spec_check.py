"""What a specification may ask of a sandbox that is a folder of this machine."""

import re
from pathlib import Path

from forgecrew.core.errors import ConfigError
from forgecrew.core.sandbox import SandboxSpec

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
_OWN = {Path(path) for path in ("/", "/dev", "/proc", "/sys", "/tmp", "/run", "/workspace", "/etc", "/usr", "/var")}  # noqa: S108
_SOCKET_PATH_BYTES_MAX = 107
_DOORS_MAX = 16


def is_id(text: str) -> bool:
    """Whether a sandbox may be called so."""
    return _ID.fullmatch(text) is not None


def check_id(id: str) -> None:
    """Raises ConfigError for an id that cannot be used."""
    if not is_id(id):
        raise ConfigError(f"sandbox id {id!r}: use letters, digits, - and _ (at most 100)")


def check_spec(spec: SandboxSpec, folder: Path, *, colons: bool = True) -> None:
    """Raises ConfigError for an id, a door or a mount that cannot be used; `folder` holds the sandboxes.

    `colons`: whether a mount's path may hold one.
    """
    check_id(spec.id)
    _check_doors(spec)
    for mount in spec.mounts:
        if not Path(mount).is_absolute() or not Path(mount).is_dir() or (":" in mount and not colons):
            without = "" if colons else ", without a colon"
            raise ConfigError(f"sandbox mount {mount!r}: name an existing folder by its full path{without}")
        if folder.is_relative_to(Path(mount).resolve()) or Path(mount).resolve() in _OWN:
            raise ConfigError(
                f"sandbox mount {mount!r}: it would show or cover what a sandbox must keep apart; name a folder in it"
            )


def _check_doors(spec: SandboxSpec) -> None:
    ports = [door.port for door in spec.doors]
    if len(set(ports)) < len(ports) or len(ports) > _DOORS_MAX or any(not 1024 <= port < 65536 for port in ports):
        raise ConfigError(f"doors of sandbox {spec.id!r}: use at most {_DOORS_MAX} different ports from 1024 to 65535")
    for door in spec.doors:
        if not Path(door.socket).is_absolute() or len(door.socket.encode()) > _SOCKET_PATH_BYTES_MAX:
            raise ConfigError(f"door socket {door.socket!r}: use a full path of at most {_SOCKET_PATH_BYTES_MAX} bytes")
