"""Code runs from a door to their end: real processes, a real sandbox, recorded answers of a model."""

import asyncio
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from benchmarks.repair import ANSWERS, programs
from forgecrew.core.errors import SandboxUnavailable
from forgecrew.core.program import Program
from forgecrew.integrations.bubblewrap.sandbox import backend
from tests.houses import Installation, make_installation


@pytest.fixture(scope="module")
def sandboxes_here(tmp_path_factory: pytest.TempPathFactory) -> None:
    try:
        asyncio.run(backend(tmp_path_factory.mktemp("probe")).probe())
    except SandboxUnavailable as error:
        pytest.skip(str(error))


@pytest.fixture
def house(tmp_path: Path, sandboxes_here: None) -> Iterator[Installation]:
    made = make_installation(tmp_path / "home")
    yield made
    made.close()


def answered_by(house: Installation, *names: str) -> None:
    """The model of this installation replays the answers that were given to these programs."""
    lines = "".join((ANSWERS / f"{name}.jsonl").read_text("utf-8") for name in names)
    (house.home / "answers.jsonl").write_text(lines)
    settings = house.home / "forgecrew.toml"
    with settings.open("a") as file:
        file.write(f'[model]\nkind = "recorded"\nurl = "file://{house.home}/answers.jsonl"\nname = "recorded"\n')


def wanted(name: str, **more: Any) -> dict[str, Any]:
    program: Program = dict(programs())[name]
    return {
        "language": program.language, "entry": program.entry, "files": dict(program.files), "stdin": program.stdin,
        "expected": program.expected, "tests": program.tests, "timeout_seconds": program.timeout_seconds, **more,
    }  # fmt: skip


def ended(client: httpx.Client, run_id: str, seconds: float = 60) -> dict[str, Any]:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = client.get(f"/code/runs/{run_id}").raise_for_status().json()
        if found["run"]["state"] == "ended":
            return found
        time.sleep(0.1)
    raise AssertionError(f"it does not end: {found}")


def test_a_program_is_mended_and_every_attempt_is_kept(house: Installation) -> None:
    answered_by(house, "py-endless")
    house.serve()
    house.start("work")
    with house.client() as client:
        asked = client.post("/code/runs", json=wanted("py-endless"))
        assert asked.status_code == 202 and asked.json()["run"]["state"] in ("queued", "running")
        found = ended(client, asked.json()["run"]["id"])
        assert (found["run"]["outcome"], found["run"]["attempts"]) == ("repaired", 4), found["run"]
        kinds = [attempt["error"] and attempt["error"]["kind"] for attempt in found["attempts"]]
        assert kinds == ["timeout", "timeout", "assertion", None]
        assert all(
            attempt["diff"].startswith("diff --git a/main.py") and attempt["answer"] for attempt in found["attempts"][1:]
        )
        assert "test_main.py" not in found["attempts"][-1]["files"] and "all right" in found["attempts"][-1]["log"]
        page = client.get(f"/code/{found['run']['id']}").text
        assert "Attempt 4" in page and "repaired" in page and "middle + 1" in page
        assert found["run"]["id"] in client.get("/code").text
        stream = client.get(f"/code/runs/{found['run']['id']}/stream").text
        assert "event: run" in stream and "event: end" in stream
    shown = json.loads(house.run("code", "list", "--json").stdout)
    assert [one["outcome"] for one in shown] == ["repaired"]
    assert "return found[::-1] or [0]" in house.run("code", "show", found["run"]["id"]).stdout
    assert list((house.home / "sandboxes").glob("code-*")) == []


def test_the_shell_runs_a_file_and_writes_back_what_is_right(house: Installation, tmp_path: Path) -> None:
    answered_by(house, "py-syntax")
    program = dict(programs())["py-syntax"]
    (tmp_path / "main.py").write_text(program.files["main.py"])
    (tmp_path / "out").write_text(program.expected or "")
    house.start("work")
    house.wait_for_log("work", "has room for")
    once = house.run("code", "run", str(tmp_path / "main.py"))
    assert once.returncode == 1 and "SyntaxError: expected ':'" in once.stdout, once.stderr
    given = ("--repair", "4", "--expect", str(tmp_path / "out"), "--write")
    done = house.run("code", "run", str(tmp_path / "main.py"), *given)
    assert done.returncode == 0 and "repaired: right at attempt 3" in done.stdout, done.stdout + done.stderr
    assert "def describe(fruits):" in (tmp_path / "main.py").read_text()
    assert house.run("code", "run", str(tmp_path / "main.py")).returncode == 0


def test_killed_workers_lose_no_code_run_and_do_no_attempt_twice(house: Installation) -> None:
    answered_by(house, "py-endless")
    house.serve()
    worker = house.start("work")
    with house.client() as client:
        run_id = client.post("/code/runs", json=wanted("py-endless")).json()["run"]["id"]
        for attempt in (1, 2):
            deadline = time.monotonic() + 120
            while client.get(f"/code/runs/{run_id}").json()["run"]["stage"] != f"running attempt {attempt}":
                assert time.monotonic() < deadline, house.log("work")
                time.sleep(0.02)
            worker.kill()
            worker.wait()
            worker = house.start("work")
        found = ended(client, run_id)
    assert found["run"]["outcome"] == "repaired", json.dumps(found["run"]) + house.log("work")
    assert [attempt["number"] for attempt in found["attempts"]] == [1, 2, 3, 4]


def test_a_code_run_is_stopped_while_it_runs_and_bad_wishes_are_told(house: Installation) -> None:
    house.serve()
    with house.client() as client:
        queued = client.post("/code/runs", json={"language": "python", "code": "print(1)"}).json()["run"]["id"]
        assert client.delete(f"/code/runs/{queued}").json()["run"]["outcome"] == "stopped"
        house.start("work")
        endless = {"language": "shell", "code": "echo begun; sleep 1000\n", "timeout_seconds": 200}
        run_id = client.post("/code/runs", json=endless).json()["run"]["id"]
        deadline = time.monotonic() + 30
        while "begun" not in client.get(f"/code/runs/{run_id}").json()["log"]:
            assert time.monotonic() < deadline, house.log("work")
            time.sleep(0.1)
        client.delete(f"/code/runs/{run_id}")
        assert ended(client, run_id)["run"]["outcome"] == "stopped"
        for wish, words in (
            ({"language": "cobol", "code": "x"}, "allowed are python"),
            ({"language": "python"}, "nothing to run"),
            ({"language": "python", "files": {"../x": "1"}}, "`..` is not allowed"),
            ({"language": "c", "code": "x", "tests": "y"}, "tests run for"),
            ({"language": "python", "code": "x", "attempts_max": 99}, "allowed is 1 to 10"),
            ({"language": "python", "code": "a\0b"}, "NUL"),
        ):
            answer = client.post("/code/runs", json=wish)
            assert answer.status_code == 400 and words in answer.json()["detail"], answer.text
        assert client.get("/code/runs/nothing").status_code == 404


def test_typescript_is_checked_and_mended(house: Installation, typescript: tuple[tuple[str, ...], str]) -> None:
    answered_by(house, "ts-undefined")
    mounts, path = typescript
    with (house.home / "forgecrew.toml").open("a") as file:
        file.write(f"[sandbox]\nmounts = {json.dumps(list(mounts))}\npath = {json.dumps(path)}\n")
    house.serve()
    house.start("work")
    with house.client() as client:
        run_id = client.post("/code/runs", json=wanted("ts-undefined")).json()["run"]["id"]
        found = ended(client, run_id, 120)
    assert (found["run"]["outcome"], found["run"]["attempts"]) == ("repaired", 3), found["attempts"][-1]["log"]
    assert found["attempts"][0]["error"]["message"].startswith("TS18048")
