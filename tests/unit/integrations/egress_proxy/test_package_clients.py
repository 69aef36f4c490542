"""The preset asks clients and reads their files; whoever is absent, broken or not set adds nothing."""

from pathlib import Path

import pytest

from forgecrew.integrations.egress_proxy.client_env import client_env
from forgecrew.integrations.egress_proxy.package_clients import package_clients

PIP = """#!/bin/sh
if [ "$1" = config ]; then echo "global.extra-index-url='https://extra.example.org/simple'"; exit; fi
echo "  -i, --index-url <url>  Base URL of the Python Package Index (default https://me:secret@pip.example.org:8443/simple)."
"""
GO = """#!/bin/sh
echo '{"GOPROXY": "https://go.example.org,http://other.example.org|direct", "GOSUMDB": "sum.example.org+abc https://sums.example.org"}'
"""
CARGO = '[source.mine]\nregistry = "sparse+https://cargo.example.org/index/"\n[registries.more]\nindex = "https://more.example.org/"\n'
MAVEN = '<settings xmlns="x"><mirrors><mirror><url>https://maven.example.org/repo</url></mirror></mirrors></settings>'


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine whose clients are scripts."""
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    monkeypatch.delenv("CARGO_HOME", raising=False)
    for name, text in {"pip3": PIP, "npm": "#!/bin/sh\necho http://npm.example.org:4873/\n", "go": GO}.items():
        file = tmp_path / "bin" / name
        file.write_text(text)
        file.chmod(0o755)
    return tmp_path


async def test_hosts_and_ports_of_all_clients_without_their_logins(machine: Path) -> None:
    for folder, name, text in ((".cargo", "config.toml", CARGO), (".m2", "settings.xml", MAVEN)):
        (machine / folder).mkdir()
        (machine / folder / name).write_text(text)
    found = await package_clients(machine)
    assert {f"{one.pattern}:{one.ports[0]}" for one in found.destinations} == {
        "pip.example.org:8443", "extra.example.org:443", "npm.example.org:4873", "go.example.org:443", "other.example.org:80",
        "sum.example.org:443", "sums.example.org:443", "cargo.example.org:443", "more.example.org:443", "maven.example.org:443",
    }  # fmt: skip
    env = dict(found.env)
    assert env["PIP_INDEX_URL"] == "https://pip.example.org:8443/simple"
    assert env["npm_config_registry"] == "http://npm.example.org:4873/"
    assert env["GOPROXY"] == "https://go.example.org,http://other.example.org|direct"
    assert "secret" not in str(found)
    told = dict(client_env("/trust/ca.pem", found.env))
    assert told["HTTPS_PROXY"] == told["http_proxy"] == "http://127.0.0.1:3128"
    assert told["PIP_INDEX_URL"] == env["PIP_INDEX_URL"]
    assert told["SSL_CERT_FILE"] == told["NODE_EXTRA_CA_CERTS"] == told["GIT_SSL_CAINFO"] == "/trust/ca.pem"


async def test_what_is_absent_broken_or_not_set_adds_nothing(machine: Path) -> None:
    (machine / "bin" / "pip3").write_text("#!/bin/sh\nexit 1\n")
    (machine / "bin" / "npm").write_text("#!/bin/sh\necho undefined\n")
    (machine / "bin" / "go").write_text('#!/bin/sh\necho \'{"GOPROXY": "off", "GOSUMDB": "off"}\'\n')
    (machine / ".cargo").mkdir()
    (machine / ".cargo" / "config.toml").write_text("[source")
    found = await package_clients(machine)
    assert (found.destinations, found.env) == ((), ())
