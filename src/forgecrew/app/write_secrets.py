"""The crew's write tokens. Only app/effects_process.py may import this file (tests/tidy keeps it so)."""

from pathlib import Path

from forgecrew.app.read_secrets import load_tokens
from forgecrew.app.secret_files import write_file_of


def load_write_tokens(home: Path) -> dict[str, str]:
    """Write tokens by account. Raises ConfigError when the file is missing, broken or open to others."""
    return load_tokens(write_file_of(home))["tokens"]
