"""Where the two secret files lie, and what their permissions must be."""

import stat
from pathlib import Path

FILE_MODE = 0o600
FOLDER_MODE = 0o700


def read_file_of(home: Path) -> Path:
    """Webhook secret, login token and read tokens: for serve and work."""
    return home / "secrets" / "read" / "tokens.toml"


def write_file_of(home: Path) -> Path:
    """Write tokens: for effects alone. serve and work run where its folder is hidden."""
    return home / "secrets" / "write" / "tokens.toml"


def open_to_others(path: Path) -> str:
    """Why the permissions of a file or folder are too wide, with the command that mends it; empty when they are not."""
    if not path.exists():
        return ""
    mode = stat.S_IMODE(path.stat().st_mode)
    wanted = FOLDER_MODE if path.is_dir() else FILE_MODE
    return "" if mode & 0o077 == 0 else f"{path} has mode {mode:04o}: run `chmod {wanted:o} {path}`"
