"""Settings: defaults, file, environment, and errors that say what to do."""

from pathlib import Path

import pytest

from forgecrew.app.load_settings import find_home, load_settings
from forgecrew.core.errors import ConfigError

FULL = """
[forge]
kind = "gitea"
url = "http://localhost:3000"
repos = ["acme/tally"]
[server]
host = "127.0.0.1"
port = 9000
public_url = "https://crew.example.org/"
[model]
kind = "ollama"
url = "http://localhost:11434"
name = "small"
window = 8192
parallel = 2
timeout_seconds = 90
[model.roles.reviewer]
name = "large"
[crew.coder]
account = "ada"
[crew.triager]
enabled = false
[work]
parallel = 3
[sandbox]
mounts = ["/opt/tools"]
memory_mib = 512
[database]
url = "postgresql://forgecrew@localhost/forgecrew"
"""


def write(home: Path, text: str) -> Path:
    (home / "forgecrew.toml").write_text(text)
    return home


def test_every_key_of_a_full_file(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path, FULL), environ={})
    assert settings.forge.repos == ("acme/tally",)
    assert settings.public_url == "https://crew.example.org"
    assert settings.model_of("coder").name == "small"
    assert (settings.model_of("reviewer").name, settings.model_of("reviewer").window) == ("large", 8192)
    assert settings.crew["coder"].account == "ada" and not settings.crew["triager"].enabled
    assert settings.model.timeout_seconds == 90.0
    assert settings.database_url == "postgresql://forgecrew@localhost/forgecrew"


def test_defaults_live_in_the_home_folder(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path, '[forge]\nurl = "http://localhost:3000"\n'), environ={})
    assert settings.database_url == f"sqlite:///{tmp_path}/forgecrew.sqlite"
    assert settings.public_url == "http://127.0.0.1:8430"
    assert settings.sandbox.kind == "bubblewrap"


def test_the_environment_wins(tmp_path: Path) -> None:
    environ = {
        "FORGECREW_SERVER_PORT": "7000", "FORGECREW_DATABASE_URL": "sqlite:///x.sqlite",
        "FORGECREW_FORGE_REPOS": "a/b, c/d", "FORGECREW_SANDBOX_CPU": "2",
    }  # fmt: skip
    settings = load_settings(write(tmp_path, FULL), environ=environ)
    assert settings.server.port == 7000
    assert settings.database_url == "sqlite:///x.sqlite"
    assert settings.forge.repos == ("a/b", "c/d")
    assert settings.sandbox.cpu == 2.0


def test_no_file_is_needed_when_the_environment_tells_the_forge(tmp_path: Path) -> None:
    assert load_settings(tmp_path, environ={"FORGECREW_FORGE_URL": "http://forge"}).forge.url == "http://forge"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[sever]\n", ["'sever'", "did you mean 'server'"]),
        ("[server]\nprot = 1\n", ["[server]", "'prot'", "did you mean 'port'"]),
        ("[server]\nport = 99999\n", ["server.port is 99999", "0 to 65535"]),
        ('[server]\nport = "8430"\n', ["server.port must be a whole number"]),
        ("[server]\nport = true\n", ["server.port must be a whole number"]),
        ('[forge]\nurl = "localhost:3000"\n', ["forge.url", "http:// or https://"]),
        ('[forge]\nrepos = ["tally"]\n', ["forge.repos", "owner/name"]),
        ("[forge]\nrepos = [1]\n", ["forge.repos must be a list of texts"]),
        ('[database]\nurl = "mysql://x"\n', ["database.url", "postgresql://"]),
        ("[model]\nwindow = 10\n", ["model.window is 10", "1024"]),
        ("[model.roles.coder]\nnmae = 'x'\n", ["[model.roles.coder]", "'name'"]),
        ("[crew.coder]\nacount = 'x'\n", ["[crew.coder]", "'account'"]),
        ("crew = 3\n", ["[crew] must be a table"]),
        ("[server\n", ["not valid TOML"]),
    ],
)
def test_a_bad_value_names_file_key_and_what_is_allowed(tmp_path: Path, text: str, words: list[str]) -> None:
    with pytest.raises(ConfigError) as caught:
        load_settings(write(tmp_path, text), environ={})
    for word in [str(tmp_path / "forgecrew.toml"), *words]:
        assert word in str(caught.value)


def test_a_bad_value_of_the_environment_is_told_too(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"server.port must be a whole number, not 'high'"):
        load_settings(write(tmp_path, FULL), environ={"FORGECREW_SERVER_PORT": "high"})


def test_a_missing_file_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="forgecrew init"):
        load_settings(tmp_path, environ={})


def test_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert find_home(None, {}) == tmp_path / ".config" / "forgecrew"
    (tmp_path / "forgecrew-home").mkdir()
    assert find_home(None, {}) == tmp_path / ".config" / "forgecrew"
    write(tmp_path / "forgecrew-home", "")
    assert find_home(None, {}) == tmp_path / "forgecrew-home"
    assert find_home(None, {"FORGECREW_HOME": str(tmp_path / "a")}) == tmp_path / "a"
    assert find_home(str(tmp_path / "b"), {"FORGECREW_HOME": str(tmp_path / "a")}) == tmp_path / "b"
