"""The key that signs links to private apps: known to the process that makes links and to the one that hosts."""

import os
import secrets
from pathlib import Path

from forgecrew.app.secret_files import FILE_MODE, FOLDER_MODE, open_to_others
from forgecrew.core.errors import ConfigError


def app_key(home: Path) -> bytes:
    """The key in secrets/apps/key, made when it is first asked for. Raises ConfigError when others can read it."""
    file = home / "secrets" / "apps" / "key"
    file.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    if not file.exists():
        draft = file.with_name(f".{secrets.token_hex(8)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE), "w") as written:
            written.write(secrets.token_hex(32))
        try:
            os.link(draft, file)  # whole or not at all, and only the first of several processes
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    problem = open_to_others(file)
    if problem:
        raise ConfigError(f"others on this machine can read the key of apps: {problem}")
    return bytes.fromhex(file.read_text())
