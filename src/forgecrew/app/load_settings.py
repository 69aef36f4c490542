"""Finding the home folder of an installation, and loading its forgecrew.toml and the environment into Settings."""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from forgecrew.app.parse_settings import parse_settings
from forgecrew.app.settings import Settings
from forgecrew.core.errors import ConfigError

FILE_NAME = "forgecrew.toml"


def find_home(given: str | None = None, environ: Mapping[str, str] = os.environ) -> Path:
    """The home folder: --home, FORGECREW_HOME, ./forgecrew-home when it holds a forgecrew.toml, else ~/.config/forgecrew."""
    chosen = given or environ.get("FORGECREW_HOME")
    if chosen:
        return Path(chosen).expanduser().resolve()
    here = Path.cwd() / "forgecrew-home"
    return here if (here / FILE_NAME).is_file() else Path.home() / ".config" / "forgecrew"


def load_settings(home: Path, environ: Mapping[str, str] = os.environ) -> Settings:
    """Settings of the installation in `home`. Raises ConfigError."""
    file = home / FILE_NAME
    content: dict[str, Any] = {}
    if file.is_file():
        try:
            content = tomllib.loads(file.read_text("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ConfigError(f"{file}: not valid TOML: {error}") from error
    elif "FORGECREW_FORGE_URL" not in environ:
        raise ConfigError(f"{file} does not exist: run `forgecrew init --home {home}`, or name another folder with --home")
    return parse_settings(content, home, file, environ)
