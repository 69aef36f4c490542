"""What settings let sandboxes reach: nothing by default, and what cannot be meant is an error with the way to mend it."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from forgecrew.app.egress_policies import EgressPolicies
from forgecrew.app.parse_settings import parse_settings
from forgecrew.core.errors import ConfigError

SECRETS = {"packages": "Bearer abc-0123456789"}


def policies(text: str, **environ: str) -> EgressPolicies:
    values: dict[str, Any] = tomllib.loads(text)
    return EgressPolicies(parse_settings(values, Path("/h"), Path("/h/forgecrew.toml"), {}), SECRETS, environ)


def test_nothing_by_default() -> None:
    none = policies("")
    assert none.of("acme/tally", ["api.example.org"]).closed
    assert not none.may_open("acme/tally")


def test_what_is_for_all_and_what_is_for_one_repository_are_added() -> None:
    found = policies("""
[egress]
allow = ["*.example.org"]
packages = ["files.example.org"]
[egress.repos."acme/tally"]
allow = ["10.1.0.0/16:5000"]
presets = ["packages"]
permit = ["*.example.net"]
""")
    assert [one.pattern for one in found.of("acme/other", ["a.example.net"]).allowed] == ["*.example.org"]
    mine = found.of("acme/tally", ["a.example.net", "example.net", "b.example.net:22", "not a host", "127.0.0.1"])
    assert [one.pattern for one in mine.allowed] == ["*.example.org", "10.1.0.0/16", "files.example.org", "a.example.net"]
    assert (mine.packages, found.of("acme/other").packages) == (True, False)
    assert policies('[egress]\npermit = ["*.example.net"]').may_open("acme/tally")


def test_credentials_are_whole_and_come_from_secrets() -> None:
    text = """
[egress]
allow = ["api.example.org"]
[egress.credentials.packages]
url = "https://API.example.org/private/"
repos = ["acme/tally"]
[egress.credentials.other]
url = "https://api.example.org:8443"
header = "X-Key"
secret_env = "OTHER_KEY"
"""
    found = policies(text, OTHER_KEY="k-0123456789")
    one, two = found.of("acme/tally").credentials
    assert (one.scheme, one.host, one.port, one.path, one.header) == (
        "https", "api.example.org", 443, "/private/", "Authorization",
    )  # fmt: skip
    assert (two.port, two.path, two.value) == (8443, "/", "k-0123456789")
    assert [credential.name for credential in found.of("acme/x").credentials] == ["other"]
    with pytest.raises(ConfigError, match="the environment variable OTHER_KEY must hold its value"):
        policies(text)


WRONG = {
    '[egress]\nallow = ["*"]': "egress.allow holds '\\*'",
    '[egress]\nallow = ["2130706433"]': "odd spelling of an address",
    '[egress]\npresets = ["package"]': "known are packages",
    "[egress]\nallwo = []": "did you mean 'allow'",
    '[egress.repos."a/b"]\nallow = ["x y"]': "egress.allow holds 'x y'",
    '[egress.credentials.packages]\nurl = "https://[::1"': "egress.credentials.packages",
    '[egress.credentials.packages]\nurl = "https://a.example.org"\nheader = "A: b"': "no name of a header",
    '[egress.credentials.nobody]\nurl = "https://a.example.org"': "nobody = ",
    '[egress]\nupstream = "socks://x"': "must begin with http://",
}


@pytest.mark.parametrize("text", WRONG)
def test_what_cannot_be_meant_is_an_error(text: str) -> None:
    with pytest.raises(ConfigError, match=WRONG[text]):
        policies(text)
