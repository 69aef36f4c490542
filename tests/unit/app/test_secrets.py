"""Secrets: who reads which file, what is refused, and that nothing else imports the reader of write tokens."""

from pathlib import Path

import grimp
import pytest

from forgecrew.app.keep_secrets import keep_read_tokens, keep_write_tokens, prepare_secrets
from forgecrew.app.read_secrets import load_read_secrets
from forgecrew.app.write_secrets import load_write_tokens
from forgecrew.core.errors import ConfigError


def test_fresh_files_are_closed_and_tokens_can_be_added_and_replaced(tmp_path: Path) -> None:
    assert prepare_secrets(tmp_path) and not prepare_secrets(tmp_path)
    keep_read_tokens(tmp_path, {"casey": "one", "o'hara.x": 'a"b'})
    keep_read_tokens(tmp_path, {"casey": "two"})
    keep_write_tokens(tmp_path, {"casey": "w"})
    read = load_read_secrets(tmp_path)
    assert read.tokens == {"casey": "two", "o'hara.x": 'a"b'} and len(read.webhook_secret) == 64
    assert load_write_tokens(tmp_path) == {"casey": "w"}
    assert read.webhook_secret not in repr(read) and "two" not in repr(read)
    with pytest.raises(ConfigError, match="'robin'"):
        read.token("robin")


def test_files_that_others_can_read_are_refused(tmp_path: Path) -> None:
    prepare_secrets(tmp_path)
    (tmp_path / "secrets" / "write" / "tokens.toml").chmod(0o640)
    with pytest.raises(ConfigError, match="chmod 600"):
        load_write_tokens(tmp_path)


@pytest.mark.parametrize(
    "text", ["", "webhook_secret = 3\n", 'webhook_secret = "short"\nlogin_token = "short"\n', "= =", "tokens = 3\n"]
)
def test_incomplete_files_are_told(tmp_path: Path, text: str) -> None:
    prepare_secrets(tmp_path)
    file = tmp_path / "secrets" / "read" / "tokens.toml"
    file.write_text(text)
    with pytest.raises(ConfigError, match=r"tokens\.toml"):
        load_read_secrets(tmp_path)


def test_only_effects_imports_the_reader_of_write_tokens() -> None:
    graph = grimp.build_graph("forgecrew", cache_dir=None)
    reader = "forgecrew.app.write_secrets"
    assert graph.find_modules_that_directly_import(reader) == {"forgecrew.app.effects_process"}
    for process in ("serve_process", "work_process", "supervisor", "child", "desks"):
        assert not graph.chain_exists(f"forgecrew.app.{process}", reader), process
    for process in ("serve_process", "work_process", "effects_process"):
        assert not graph.chain_exists(f"forgecrew.app.{process}", "forgecrew.app.keep_secrets"), process
