"""`init` against the practice forge, repeated; `doctor` on what works and on what is broken."""

import asyncio
import json
import os
import stat
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from forgecrew.app.checkup.examine import examine
from forgecrew.core.subject import RepoRef
from tests.forges import LiveForge
from tests.houses import Installation, make_installation


@pytest.fixture(scope="module")
def repo(forge_to_prepare: LiveForge) -> RepoRef:
    async def make() -> RepoRef:
        return await forge_to_prepare.repository(await forge_to_prepare.account("owner"))

    return asyncio.run(make())


@pytest.fixture(scope="module")
def prepared(forge_to_prepare: LiveForge, repo: RepoRef, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation made by init with an administrator's token."""
    made = Installation(tmp_path_factory.mktemp("prepared") / "home", 8431)
    done = made.run(*init(forge_to_prepare, repo), FORGECREW_ADMIN_TOKEN=forge_to_prepare.admin_token)
    assert done.returncode == 0, done.stderr
    assert "casey (coder) has its account, read and write token made" in done.stdout
    yield made


def init(forge: LiveForge, repo: RepoRef) -> list[str]:
    return [
        "init", "--forge-url", forge.url, "--repo", str(repo), "--model-url", "http://127.0.0.1:1", "--model-name", "small",
        "--port", "8431",
    ]  # fmt: skip


def secrets(home: Path, kind: str) -> dict[str, object]:
    return tomllib.loads((home / "secrets" / kind / "tokens.toml").read_text())


async def test_init_makes_accounts_tokens_rights_and_webhook(
    prepared: Installation, forge_to_prepare: LiveForge, repo: RepoRef
) -> None:
    read, write = secrets(prepared.home, "read"), secrets(prepared.home, "write")
    assert set(read["tokens"]) == set(write["tokens"]) == {"casey", "robin", "tess"}  # type: ignore[call-overload]
    for kind in ("read", "write"):
        folder = prepared.home / "secrets" / kind
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert stat.S_IMODE((folder / "tokens.toml").stat().st_mode) == 0o600
    for file in prepared.home.rglob("*"):
        assert not file.is_file() or forge_to_prepare.admin_token not in file.read_text(), "the admin token must not be kept"
    as_casey = forge_to_prepare.connect(str(write["tokens"]["casey"]))  # type: ignore[index]
    assert (await as_casey.people.me()).login == "casey"
    assert await as_casey.people.permission(repo, "casey") == "write"
    await as_casey.close()
    owner = forge_to_prepare.connect(await forge_to_prepare.account("owner"))
    (hook,) = await owner.repositories.hooks(repo)
    assert hook.url == "http://127.0.0.1:8431/hooks/gitea" and hook.active and "issue_comment" in hook.events
    await owner.close()


async def test_a_read_token_cannot_write(prepared: Installation, forge_to_prepare: LiveForge, repo: RepoRef) -> None:
    from forgecrew.core.errors import RefusedError

    reader = forge_to_prepare.connect(str(secrets(prepared.home, "read")["tokens"]["casey"]))  # type: ignore[index]
    with pytest.raises(RefusedError, match="scope"):
        await reader.issues.create_issue(repo, "no", "no")
    await reader.close()


def test_init_again_changes_nothing(prepared: Installation, forge_to_prepare: LiveForge, repo: RepoRef) -> None:
    files = ("forgecrew.toml", "secrets/read/tokens.toml", "secrets/write/tokens.toml")
    before = [(prepared.home / name).read_text() for name in files]
    done = prepared.run(*init(forge_to_prepare, repo), FORGECREW_ADMIN_TOKEN=forge_to_prepare.admin_token)
    assert done.returncode == 0 and "stays as it is" in done.stdout and "token made" not in done.stdout
    assert [(prepared.home / name).read_text() for name in files] == before
    assert prepared.run("init").returncode == 0, "nothing is missing, so no administrator is needed"


def test_init_replaces_only_a_token_that_is_refused(prepared: Installation, forge_to_prepare: LiveForge, repo: RepoRef) -> None:
    file = prepared.home / "secrets" / "write" / "tokens.toml"
    before = secrets(prepared.home, "write")["tokens"]
    file.write_text(file.read_text().replace(str(before["robin"]), "0" * 40))  # type: ignore[index]
    refused = prepared.run("init")
    assert refused.returncode == 2 and "--write-token robin=" in refused.stderr and "casey" not in refused.stderr
    done = prepared.run(*init(forge_to_prepare, repo), FORGECREW_ADMIN_TOKEN=forge_to_prepare.admin_token)
    assert done.stdout.count("token made") == 1 and "robin (reviewer) has its account, write token made" in done.stdout
    after = secrets(prepared.home, "write")["tokens"]
    assert after["casey"] == before["casey"] and after["robin"] not in (before["robin"], "0" * 40)  # type: ignore[index]


def findings(done: str) -> dict[tuple[str, str, str], str]:
    told = json.loads(done)["findings"]
    return {(one["part"], one["name"], one["state"]): f"{one['detail']} {one['fix']}" for one in told}


def test_doctor_finds_the_forge_well_and_the_model_missing(prepared: Installation) -> None:
    done = prepared.run("doctor", "--json")
    found = findings(done.stdout)
    assert done.returncode == 1, "a model that does not answer must be mended"
    failed = {key for key in found if key[2] == "fail"}
    assert failed <= {("model", "small", "fail"), ("isolation", "hiding", "fail"), ("isolation", "sandbox", "fail"),
                      ("machine", "bubblewrap", "fail")}  # fmt: skip
    assert ("model", "small", "fail") in failed
    for wanted in (
        ("forge", "version", "ok"),
        ("forge", "write token", "ok"),
        ("forge", "rights", "ok"),
        ("house", "secrets", "ok"),
    ):
        assert wanted in found
    assert "ALLOWED_HOST_LIST = 127.0.0.1" in found["forge", "webhook", "warn"]
    for kind in ("read", "write"):
        assert not any(str(token) in done.stdout for token in secrets(prepared.home, kind)["tokens"].values())  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("breaking", "part", "name", "words"),
    [
        ("rm -r $H", "house", "settings", "forgecrew init --home"),
        ("echo '[sever]' >> $H/forgecrew.toml", "house", "settings", "did you mean 'server'"),
        ("chmod 644 $H/secrets/write/tokens.toml", "house", "secrets", "chmod 600"),
        ("rm $H/secrets/read/tokens.toml", "house", "secrets", "forgecrew init"),
        ("rm $H/secrets/write/tokens.toml", "house", "secrets", "forgecrew init"),
        (
            "printf '[database]\nurl = \"postgresql://x@127.0.0.1:1/x\"' >> $H/forgecrew.toml",
            "house",
            "database",
            "does not answer",
        ),
        ("mkdir -p $H/crew/scribe && echo 'acount = 1' > $H/crew/scribe/role.toml", "house", "crew", "did you mean 'account'"),
        ("echo '[crew.codr]' >> $H/forgecrew.toml", "house", "crew", "did you mean 'coder'"),
        ("true", "forge", "answer", "check forge.url"),
        ("true", "model", "(no name)", "model.url is missing"),
        ("printf '[sandbox]\nkind = \"bubblewarp\"' >> $H/forgecrew.toml", "isolation", "sandbox", "did you mean 'bubblewrap'"),
    ],
)
async def test_doctor_on_a_broken_set_up_says_what_to_do(
    tmp_path: Path, breaking: str, part: str, name: str, words: str
) -> None:
    made = make_installation(tmp_path / "home")
    assert os.system(breaking.replace("$H", str(made.home))) == 0
    found = [one async for one in examine(made.home) if (one.part, one.name, one.state) == (part, name, "fail")]
    assert any(words in f"{one.detail} {one.fix}" for one in found), found


def test_doctor_for_people(tmp_path: Path) -> None:
    made = make_installation(tmp_path / "home")
    done = made.run("doctor")
    assert done.returncode == 1 and "✗ answer" in done.stdout and "→ check forge.url" in done.stdout
    assert done.stdout.rstrip().splitlines()[-1].endswith("fine")


def test_doctor_without_programs_says_how_to_install_them(tmp_path: Path) -> None:
    made = make_installation(tmp_path / "home")
    found = findings(made.run("doctor", "--json", PATH="/nowhere").stdout)
    assert "apt install git" in found["machine", "git", "fail"]
    assert "apt install bubblewrap" in found["machine", "bubblewrap", "fail"]
