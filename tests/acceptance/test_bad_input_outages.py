"""Forge, model, disk, tokens and database that are down, full, wrong or too new: it is told, and work goes on afterwards."""

import asyncio
import contextlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from forgecrew.app.free_port import free_port
from tests.crews import Crew, competent, make_crew
from tests.forges import LiveForge, admin_token, start_practice, stop
from tests.houses import make_installation
from tests.scripted_model import Turn

pytestmark = pytest.mark.skipif(shutil.which("bwrap") is None, reason="bubblewrap is not installed: no sandbox can be made")
Make = Callable[..., Crew]
SLOW = Turn("never read", pause_seconds=600)


@pytest.fixture
def make(practice_forge: LiveForge, tmp_path: Path) -> Iterator[Make]:
    made: list[Crew] = []

    def one(home: Path | None = None, **more: Any) -> Crew:
        made.append(make_crew(more.pop("forge", practice_forge), home or tmp_path / f"home{len(made)}", **more))
        return made[-1]

    yield one
    for crew in made:
        crew.close()


def everything_once(crew: Crew, number: int) -> None:
    """One task, one comment, one pull request; every process lives and none tells of a fault."""
    assert len(crew.tasks(number)) == 1 and len(crew.comments(number)) == 1
    assert len([pull for pull in crew.pulls() if f"/issue-{number}-" in pull["head"]["ref"]]) == 1
    assert all(process.poll() is None for process in crew.processes.values())
    log = crew.house.log("up")
    assert not [words for words in ("a run failed", "met a fault", "request failed", "is left aside") if words in log], log


def test_a_forge_that_is_down_at_the_start_and_in_the_middle(make: Make, tmp_path: Path) -> None:
    port = free_port()
    process, url = start_practice(tmp_path / "forge", port)
    try:
        crew = make(forge=LiveForge(url, admin_token(url), "practice"))
        stop(process)
        crew.start("up")
        log = crew.house.wait_for_log("up", f"polling as {crew.coder} does not work and is tried again")
        assert f"{url} does not answer" in log and "is the address right and the forge running?" in log
        time.sleep(2.5)  # two more looks, which must not be told again
        assert crew.house.log("up").count("does not work") == 1
        process, _ = start_practice(tmp_path / "forge", port)
        crew.house.wait_for_log("up", f"polling as {crew.coder} works again")
        crew.model.by_word["Middle"] = lambda stage, body: SLOW if stage == "edit" else competent(stage, body)
        number = crew.issue("Middle sums are wrong today")
        crew.wait(lambda: crew.model.asked("Middle")[-1:] == ["edit"])
        crew.wait(lambda: "Change the code" in crew.comment(number))
        stop(process)
        crew.model.by_word.clear()
        crew.model.stop()  # ends the answer that is under way; the next try gets a real one
        crew.model.start()
        waits = "SELECT 1 FROM intent WHERE kind = 'push_branch' AND state = 'allowed' AND problem LIKE '%answer%'"
        crew.wait(lambda: crew.rows(waits))
        process, _ = start_practice(tmp_path / "forge", port)
        crew.wait_draft(number)
        assert crew.model.asked("Middle").count("Readiness") == 1, "the run went on where it was"
        everything_once(crew, number)
    finally:
        stop(process)


def test_a_model_that_is_down_at_the_start_and_in_the_middle(make: Make) -> None:
    crew = make()
    crew.model.stop()
    crew.start("up")
    number = crew.issue("Early sums are wrong today")
    crew.wait(lambda: "I wait, because the model does not answer" in crew.comment(number))
    assert crew.tasks(number)[0]["state"] == "running"
    done = json.loads(crew.house.run("doctor", "--json").stdout)["findings"]
    (found,) = [one for one in done if one["part"] == "model"]
    assert found["state"] == "fail" and "that its server runs" in found["fix"]
    crew.model.by_word["Early"] = lambda stage, body: SLOW if stage == "edit" else competent(stage, body)
    crew.model.start()
    crew.wait(lambda: crew.model.asked("Early")[-1:] == ["edit"])
    crew.wait(lambda: "I wait" not in crew.comment(number) and "**Change the code**" in crew.comment(number))
    crew.model.stop()
    crew.wait(lambda: "I wait, because the model does not answer" in crew.comment(number))
    crew.model.by_word.clear()
    crew.model.start()
    crew.wait_draft(number)
    assert crew.model.asked("Early").count("Readiness") == 1, "the run went on where it was"
    everything_once(crew, number)


def test_tokens_that_are_wrong_or_lack_a_scope(make: Make, practice_forge: LiveForge) -> None:
    crew = make()
    files = {kind: crew.house.home / "secrets" / kind / "tokens.toml" for kind in ("read", "write")}
    good = {kind: file.read_text() for kind, file in files.items()}
    old = {kind: re.findall(r'"(.+)"', text)[-1] for kind, text in good.items()}
    scopes = ["write:issue", "read:repository", "read:user"]
    narrow = asyncio.run(_token(practice_forge, crew.coder, scopes))
    blind = asyncio.run(_token(practice_forge, crew.coder, ["read:user", "read:repository"]))

    files["write"].write_text(good["write"].replace(old["write"], narrow))
    crew.start()
    number = crew.issue("Narrow sums are wrong today")
    reason = crew.wait_ended(number, "blocked")
    assert reason.startswith(f"push_branch as {crew.coder} failed: ") and "scope repository" in reason.replace("write:", "")
    crew.wait(lambda: f"I cannot go on: push_branch as {crew.coder} failed" in crew.comment(number))
    assert crew.rows("SELECT DISTINCT state FROM intent WHERE kind = 'push_branch'") == [("failed",)]

    crew.end("effects")
    files["write"].write_text(good["write"].replace(old["write"], "0" * 40))
    crew.start("effects")
    second = crew.issue("Wrong sums are wrong today")
    reason = crew.wait_ended(second, "blocked")
    assert crew.coder in reason and "does not accept this token" in reason and "make a new one" in reason
    assert crew.comments(second) == [], "nobody can write"
    shown = crew.house.run("task", "show", str(crew.tasks(second)[0]["id"])).stdout
    assert "does not accept this token" in " ".join(shown.split())

    files["read"].write_text(good["read"].replace(old["read"], blind))
    told = json.loads(crew.house.run("doctor", "--json").stdout)["findings"]
    failed = {one["name"]: one for one in told if one["part"] == "forge" and one["state"] == "fail"}
    assert crew.coder in failed["write token"]["detail"] and "forgecrew init" in failed["write token"]["fix"]
    assert f"{crew.coder}'s read token lacks read:" in failed["scopes"]["detail"], failed

    crew.end("effects")
    for kind in files:
        files[kind].write_text(good[kind])
    crew.start("effects")
    crew.change(second, assignees=[])
    crew.assign(second)
    crew.wait_draft(second)


async def _token(forge: LiveForge, account: str, scopes: list[str]) -> str:
    admin = forge.connect(forge.admin_token)
    try:
        return await admin.people.create_token(account, password=forge.admin_token, name=f"t-{len(scopes)}", scopes=scopes)
    finally:
        await admin.close()


def test_a_repository_that_is_empty_or_not_shown_any_more(make: Make, practice_forge: LiveForge) -> None:
    async def empty_repository() -> Any:
        return await practice_forge.repository(await practice_forge.account("owner"), files={}, private=True)

    crew = make(repo=asyncio.run(empty_repository()))
    crew.start()
    number = crew.issue("Some sums are wrong today")
    assert "is empty: push a first commit to main, then assign me again" in crew.wait_ended(number, "blocked")
    crew.wait(lambda: "push a first commit to main" in crew.comment(number))
    assert crew.sandboxes() == [] and not crew.model.model.requests

    crew.end("work")
    second = crew.issue("Other sums are wrong today")
    crew.wait(lambda: crew.state(second)[0] == "queued")
    crew._api("DELETE", f"/collaborators/{crew.coder}")
    crew.start("work")
    reason = crew.wait_ended(second, "blocked")
    assert "not there, or not shown to this account" in reason and "am I a collaborator of the repository?" in reason


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk")
def test_a_full_disk_is_told_and_work_goes_on_when_there_is_room(make: Make, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", str(disk)], check=False).returncode:
        pytest.skip("this machine does not let tests mount a small disk")
    try:
        crew = make(disk / "home", settings="[sandbox]\ndisk_free_mib = 2\n")  # the floor would refuse so small a disk
        crew.start("up")  # whatever cannot go on with a full disk is started again
        crew.house.wait_until_up("up", crew.processes["up"])
        crew.house.wait_for_log("up", "has room for")
        crew.model.by_word["Full"] = lambda stage, body: SLOW if stage == "edit" else competent(stage, body)
        running = crew.issue("Full sums are wrong today")
        crew.wait(lambda: crew.model.asked("Full")[-1:] == ["edit"])
        crew.wait(lambda: "**Change the code**" in crew.comment(running))
        fill(disk / "filler")
        crew.model.by_word.clear()
        crew.model.stop()
        crew.model.start()
        later = crew.issue("Later sums are wrong today")
        doctor = json.loads(crew.house.run("doctor", "--json").stdout)["findings"]
        (found,) = [one for one in doctor if one["name"] == "disk"]
        assert found["state"] == "fail" and "free some space where" in found["fix"]
        crew.house.wait_until_up("up", crew.processes["up"])
        told = httpx.get(f"{crew.house.url}/health", trust_env=False)
        assert told.status_code in (200, 503), told.text
        (disk / "filler").unlink()
        for number in (running, later):
            crew.wait_draft(number)
            assert len(crew.tasks(number)) == 1 and len(crew.comments(number)) == 1
            assert len([pull for pull in crew.pulls() if f"/issue-{number}-" in pull["head"]["ref"]]) == 1
        assert crew.processes["up"].poll() is None
    finally:
        crew.close()
        subprocess.run(["umount", "--lazy", str(disk)], check=False)


def fill(file: Path) -> None:
    """Take all the room that is left."""
    out = os.open(file, os.O_CREAT | os.O_WRONLY)
    for size in (1 << 20, 4096):
        with contextlib.suppress(OSError):
            while True:
                os.write(out, b"x" * size)
    os.close(out)


def test_a_database_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    house = make_installation(tmp_path / "home")
    house.serve()
    house.close()
    with sqlite3.connect(house.home / "forgecrew.sqlite") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    for name in ("serve", "work", "effects", "up"):
        done = house.run(name)
        assert done.returncode == 2 and "Traceback" not in done.stderr, done.stderr
        assert "a newer version of forgecrew made" in done.stderr and "install that version or a later one" in done.stderr
    told = json.loads(house.run("doctor", "--json").stdout)["findings"]
    (found,) = [one for one in told if one["name"] == "database"]
    assert found["state"] == "fail" and "newer version" in found["detail"] and found["fix"]
