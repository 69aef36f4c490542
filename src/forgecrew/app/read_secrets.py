"""Secrets that may be known to serve and work: they let nobody write to the forge."""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from forgecrew.app.secret_files import open_to_others, read_file_of
from forgecrew.core.errors import ConfigError


@dataclass(frozen=True, slots=True)
class ReadSecrets:
    """`tokens` maps accounts to read tokens, `egress` credentials to their values. repr() shows none of the values."""

    webhook_secret: str = field(repr=False)
    login_token: str = field(repr=False)
    tokens: dict[str, str] = field(default_factory=dict[str, str], repr=False)
    egress: dict[str, str] = field(default_factory=dict[str, str], repr=False)

    def token(self, account: str) -> str:
        """The account's read token. Raises ConfigError when there is none."""
        if account not in self.tokens:
            raise ConfigError(f"no read token for the account {account!r}: run `forgecrew init` again, it adds what is missing")
        return self.tokens[account]


def load_read_secrets(home: Path) -> ReadSecrets:
    """Content of secrets/read/tokens.toml. Raises ConfigError when it is missing, incomplete or open to others."""
    file = read_file_of(home)
    content = load_tokens(file)
    for key in ("webhook_secret", "login_token"):
        if not isinstance(content.get(key), str) or len(content[key]) < 16:
            raise ConfigError(f"{file}: {key} must be a text of at least 16 characters: run `forgecrew init` again")
    egress: Any = content.get("egress", {})
    if not isinstance(egress, dict) or not all(isinstance(one, str) for one in cast("dict[str, Any]", egress).values()):
        raise ConfigError(f'{file}: [egress] must hold lines such as name = "Bearer the-token"')
    return ReadSecrets(content["webhook_secret"], content["login_token"], content["tokens"], cast("dict[str, str]", egress))


def load_tokens(file: Path) -> dict[str, Any]:
    """A secrets file whose `tokens` is certain to be a table of texts. Raises ConfigError."""
    problem = open_to_others(file)
    if problem:
        raise ConfigError(f"others on this machine can read secrets: {problem}")
    try:
        content: dict[str, Any] = tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError as error:
        raise ConfigError(f"{file} does not exist: run `forgecrew init`") from error
    except PermissionError as error:
        raise ConfigError(f"{file} cannot be read by this user: run forgecrew as the user that ran `forgecrew init`") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: not valid TOML: {error}") from error
    tokens: Any = content.setdefault("tokens", {})
    if not isinstance(tokens, dict) or not all(isinstance(one, str) for one in tokens.values()):  # type: ignore[misc]
        raise ConfigError(f'{file}: [tokens] must hold lines such as casey = "the token"')
    return content
