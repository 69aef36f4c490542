"""Writing the first forgecrew.toml from a commented template."""

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path
from string import Template

from forgecrew.app.load_settings import FILE_NAME
from forgecrew.app.parse_settings import parse_settings
from forgecrew.core.errors import ConfigError

TEMPLATE = Path(__file__).with_name("forgecrew.toml.template")


@dataclass(frozen=True, slots=True)
class Answers:
    """What `init` has been told; empty texts are questions still open."""

    forge_url: str = ""
    repos: tuple[str, ...] = ()
    model_kind: str = "ollama"
    model_url: str = ""
    model_name: str = ""
    window: int = 4096
    host: str = "127.0.0.1"
    port: int = 8430
    public_url: str = ""
    forge_kind: str = "gitea"


def write_settings(home: Path, answers: Answers) -> bool:
    """Write the file unless there is one; whether it was written. Raises ConfigError for values that are not allowed."""
    file = home / FILE_NAME
    if file.exists():
        return False
    values = {name: json.dumps(value, ensure_ascii=False)[1:-1] for name, value in _texts(answers).items()}
    numbers = {
        "port": str(answers.port),
        "window": str(answers.window),
        "repos": json.dumps(list(answers.repos), ensure_ascii=False),
    }
    text = Template(TEMPLATE.read_text("utf-8")).substitute({**values, **numbers})
    try:
        parse_settings(tomllib.loads(text), home, file, {})
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"a value given to init cannot stand in {FILE_NAME}: {error}") from error
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    file.touch(mode=0o600)  # a database address may hold a password
    file.write_text(text, "utf-8")
    return True


def _texts(answers: Answers) -> dict[str, str]:
    return {
        "forge_kind": answers.forge_kind, "forge_url": answers.forge_url.rstrip("/"), "host": answers.host,
        "public_url": answers.public_url.rstrip("/"), "model_kind": answers.model_kind, "model_url": answers.model_url,
        "model_name": answers.model_name,
    }  # fmt: skip
