"""Apps as values: their names, the proofs that let a browser in, and how one is started by its files."""

import re
import time

import pytest

from forgecrew.core.app import new_name
from forgecrew.core.app_access import holds, link, prove
from forgecrew.core.app_plan import PREVIEW_FILE, plan
from forgecrew.core.errors import RefusedError

KEY = b"k" * 32
LATER = int(time.time()) + 86_400


@pytest.mark.parametrize("title", ["Tally  #1!", "ÄÖ", "", "x" * 300, "--a--", "../../etc"])
def test_a_name_is_one_label_of_a_host_name(title: str) -> None:
    name = new_name(title)
    assert re.fullmatch(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", name)
    assert new_name(title) != name


def test_a_proof_holds_for_its_app_its_purpose_and_its_time_alone() -> None:
    proof = prove(KEY, "link", "one", LATER)
    assert holds(proof, KEY, "link", "one")
    for key, purpose, name in ((b"x" * 32, "link", "one"), (KEY, "cookie", "one"), (KEY, "link", "two")):
        assert not holds(proof, key, purpose, name)
    assert not holds(prove(KEY, "link", "one", int(time.time()) - 1), KEY, "link", "one")
    signature = proof.partition(".")[2]
    for forged in ("", ".", f"{LATER + 1}.{signature}", f"{'9' * 13}.{signature}", f"²{LATER}.{signature}", f"{LATER}.ä"):
        assert not holds(forged, KEY, "link", "one")


def test_a_link_leads_on_within_the_app_alone() -> None:
    found = link("http://one.apps.localhost", "one", KEY, to="/a b?c=d&e")
    assert found.startswith("http://one.apps.localhost/.forgecrew/open?proof=") and found.endswith("&to=/a%20b%3Fc%3Dd%26e")


@pytest.mark.parametrize(
    ("names", "contents", "kind"),
    [
        (["app.py"], {"app.py": "print(1)"}, "python"),
        (["package.json", "app.py"], {"package.json": '{"scripts": {"start": "x"}}', "app.py": ""}, "node"),
        (["index.html"], {}, "static"),
        (["index.html", "app.py"], {"app.py": "", PREVIEW_FILE: '[preview]\nkind = "static"'}, "static"),
        ([], {PREVIEW_FILE: '[preview]\ncommand = "serve"'}, "command"),
    ],
)
def test_how_an_app_is_started(names: list[str], contents: dict[str, str], kind: str) -> None:
    assert plan(names, contents).kind == kind


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ("[preview", "not valid TOML"),
        ("preview = 1", "must be a table"),
        ("[preview]\nport = 80", "1024 to 65535"),
        ("[preview]\nport = true", "1024 to 65535"),
        ('[preview]\nkind = "php"', "may be static"),
        ("[preview]\ncommand = 3", "a text or a list"),
        ("port = 5000", r"port is not known; it holds a table \[preview\] with kind, command, port"),
        ("[preview]\ncomand = 'serve'", "preview.comand is not known"),
        ("", "found nothing to start"),
    ],
)
def test_what_cannot_be_started_is_told(told: str, words: str) -> None:
    with pytest.raises(RefusedError, match=words):
        plan([], {PREVIEW_FILE: told})
