"""Writing the secret files: for `init` alone, never for a process that serves or works."""

import json
import os
import re
import secrets
import tomllib
from collections.abc import Mapping
from pathlib import Path

from forgecrew.app.secret_files import FILE_MODE, FOLDER_MODE, read_file_of, write_file_of

_READ_HEAD = "# Secrets of forgecrew's serve and work: they let nobody write to the forge. Keep this file to yourself.\n"
_WRITE_HEAD = "# Write tokens of the crew: only `forgecrew effects` reads this file. Keep it to yourself.\n"


def prepare_secrets(home: Path) -> bool:
    """Make both files when they are missing, with a fresh webhook secret and login token; whether the secret is new."""
    for folder in (home, home / "secrets", read_file_of(home).parent, write_file_of(home).parent):
        folder.mkdir(parents=True, exist_ok=True, mode=FOLDER_MODE)
        if folder != home:
            folder.chmod(FOLDER_MODE)
    if not write_file_of(home).exists():
        _write(write_file_of(home), f"{_WRITE_HEAD}\n[tokens]\n")
    if read_file_of(home).exists():
        return False
    made = f'webhook_secret = "{secrets.token_hex(32)}"\nlogin_token = "{secrets.token_urlsafe(24)}"\n'
    _write(read_file_of(home), f"{_READ_HEAD}\n{made}\n[tokens]\n")
    return True


def keep_read_tokens(home: Path, tokens: Mapping[str, str]) -> None:
    """Add or replace read tokens by account."""
    _keep(read_file_of(home), tokens)


def keep_write_tokens(home: Path, tokens: Mapping[str, str]) -> None:
    """Add or replace write tokens by account."""
    _keep(write_file_of(home), tokens)


def _keep(file: Path, tokens: Mapping[str, str]) -> None:
    """Lines are replaced one by one, so what a person wrote around them stays."""
    text = file.read_text("utf-8")
    for account, token in tokens.items():
        line = f"{_key(account)} = {json.dumps(token, ensure_ascii=False)}"
        known = re.compile(rf"^\s*{re.escape(_key(account))}\s*=.*$", re.MULTILINE)
        text = known.sub(lambda _, line=line: line, text) if known.search(text) else f"{text.rstrip()}\n{line}\n"
    tomllib.loads(text)  # never leave a file behind that cannot be read
    _write(file, text)


def _key(account: str) -> str:
    return account if re.fullmatch(r"[A-Za-z0-9_-]+", account) else json.dumps(account, ensure_ascii=False)


def _write(file: Path, text: str) -> None:
    """Whole or not at all, and never readable by others, not even for a moment."""
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    opened = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
    with os.fdopen(opened, "w", encoding="utf-8") as out:
        out.write(text)
    fresh.replace(file)
