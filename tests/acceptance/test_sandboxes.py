"""Sandboxes as people see them while a real crew works: commands, doors for machines, pages."""

import contextlib
import json
import os
import pty
import secrets
import select
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.acceptance.test_pages import contrast
from tests.certificates import CERTIFICATES
from tests.chromium import PROGRAM, chromium
from tests.crews import Crew, competent, make_crew
from tests.forges import LiveForge

pytestmark = pytest.mark.skipif(shutil.which("bwrap") is None, reason="bubblewrap is not installed: no sandbox can be made")

WORKS = "i=0; while [ ! -e stop ]; do i=$((i+1)); [ $((i % 200000)) = 0 ] && echo line $i; done; rm stop; echo done"


def works(stage: str, body: dict[str, Any]) -> str:
    """Keeps a processor busy until a file appears, then solves the issue."""
    text = "\n".join(message["content"] for message in body["messages"])
    if stage == "edit" and "[result]" not in text:
        return f"I look at it for long.\n```sh\n{WORKS}\nsed -i 's/a - b/a + b/' sums/add.py\n```"
    return competent(stage, body)


@pytest.fixture(scope="module")
def crew(practice_forge: LiveForge, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crew]:
    made = make_crew(practice_forge, tmp_path_factory.mktemp("sandboxes") / "home")
    made.start("up")
    yield made
    made.close()


@pytest.fixture
def box(crew: Crew) -> Iterator[str]:
    """The id of a sandbox in which something runs; it is let go at the end."""
    word = f"case{secrets.token_hex(3)}"
    crew.model.by_word[word] = works
    number = crew.issue(f"The sum of {word} is wrong today")
    task = crew.wait(lambda: crew.tasks(number))[0]
    id = f"task-{task['id']}"
    crew.wait(lambda: busy(crew, id))
    yield id
    crew.house.run("sandbox", "shell", id, "-c", "touch stop")
    crew.wait(lambda: crew.state(number)[0] in ("waiting", "ended"))
    crew.house.run("task", "stop", str(task["id"]))


def busy(crew: Crew, id: str) -> bool:
    """Whether it is at its long work and has printed some of it."""
    return "line 200000" in crew.house.run("sandbox", "logs", id).stdout


def token(crew: Crew) -> str:
    import tomllib

    return str(tomllib.loads((crew.house.home / "secrets/read/tokens.toml").read_text())["login_token"])


def client(crew: Crew) -> httpx.Client:
    return httpx.Client(
        base_url=crew.house.url,
        headers={"Authorization": f"Bearer {token(crew)}"},
        trust_env=False,
        verify=CERTIFICATES,
        timeout=20,
    )


def containers(crew: Crew) -> list[dict[str, Any]]:
    with client(crew) as asking:
        return list(asking.get("/api/containers").raise_for_status().json())


def test_machines_see_use_and_lines_while_it_runs(crew: Crew, box: str) -> None:
    def measured() -> dict[str, Any] | None:
        one = next(one for one in containers(crew) if one["id"] == box)
        return one if (one["cpu"] or 0) > 0.02 else None

    one = crew.wait(measured)
    assert one["owner"] == str(crew.repo) and one["profile"] == "medium" and one["task_url"].endswith(f"/{one['task_id']}")
    assert one["memory_bytes"] > 0 and one["processes"] >= 1 and one["disk_bytes"] > 0 and one["network"] == "none"
    assert "while [ ! -e stop ]" in one["command"]
    with client(crew) as asking, asking.stream("GET", f"/api/containers/{box}/logs") as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        seen: list[str] = []
        for text in answer.iter_lines():
            seen += [text.removeprefix("data: ")] if text.startswith("data: line") else []
            if len(seen) > one["lines"] + 3:
                break
    numbers = [int(line.split()[1]) for line in seen]
    assert numbers == sorted(set(numbers)), "each line once, in order, also those that came while we listened"
    with client(crew) as asking:
        assert asking.get("/api/containers/none").status_code == 404
        refused = asking.delete(f"/api/containers/{box}")
        assert refused.status_code == 409 and "force=true" in refused.json()["detail"]
    assert httpx.get(f"{crew.house.url}/api/containers", trust_env=False, verify=CERTIFICATES).status_code == 401


def test_the_shell_lists_and_reads_and_looks_inside(crew: Crew, box: str) -> None:
    listed = json.loads(crew.house.run("sandbox", "list", "--json").stdout)
    assert next(one for one in listed if one["id"] == box)["state"] == "running"
    table = crew.house.run("sandbox", "list").stdout
    assert box in table and "running" in table and "medium" in table
    done = crew.house.run("sandbox", "shell", box, "-c", "ls sums; id -u; exit 3")
    assert (done.returncode, done.stdout.split()[-2:]) != (0, []) and "add.py" in done.stdout and done.returncode == 3
    command = crew.house.command("sandbox", "logs", box, "--follow")
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as following:
        assert following.stdout is not None
        seen = [line for line, _ in zip(following.stdout, range(8), strict=False) if line.startswith("line ")]
        following.terminate()
    assert len(seen) == len(set(seen)) >= 3


def test_a_terminal_inside(crew: Crew, box: str) -> None:
    with terminal(crew.house.command("sandbox", "shell", box)) as (write, read):
        write(b"stty size; tty; echo in-$((20 + 3))\n")
        text = read(b"in-23")
        assert b"/dev/pts/" in text
        write(b"exit\n")
        read(b"exit")


@contextlib.contextmanager
def terminal(command: list[str]) -> Iterator[tuple[Any, Any]]:
    """A command on a terminal of its own."""
    child, person = pty.fork()
    if child == 0:
        os.execv(command[0], command)
    seen = b""

    def read(until: bytes) -> bytes:
        nonlocal seen
        deadline = time.monotonic() + 20
        while until not in seen:
            ready, _, _ = select.select([person], [], [], max(0.0, deadline - time.monotonic()))
            assert ready, seen
            seen += os.read(person, 65536)
        return seen

    try:
        yield lambda keys: os.write(person, keys), read
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        child = 0
    finally:
        if child:
            os.kill(child, 9)
            os.waitpid(child, 0)
        os.close(person)


def test_unknown_and_busy_ones_are_told(crew: Crew, box: str) -> None:
    for words in (("shell", "none", "-c", "true"), ("logs", "none"), ("rm", "none")):
        done = crew.house.run("sandbox", *words)
        assert done.returncode == 2 and "there is no sandbox 'none'" in done.stderr and "sandbox list" in done.stderr
    done = crew.house.run("sandbox", "rm", box)
    assert done.returncode == 2 and "--force" in done.stderr
    assert any(one["id"] == box for one in containers(crew))


def test_one_that_runs_is_removed_by_force_and_its_task_begins_again(crew: Crew) -> None:
    word = f"case{secrets.token_hex(3)}"
    crew.model.by_word[word] = works
    number = crew.issue(f"The sum of {word} is wrong today")
    task = crew.wait(lambda: crew.tasks(number))[0]
    id = f"task-{task['id']}"
    crew.wait(lambda: busy(crew, id))
    done = crew.house.run("sandbox", "rm", id, "--force")
    assert done.returncode == 0 and "is removed" in done.stdout, done.stderr
    crew.model.by_word[word] = competent
    crew.wait(lambda: crew.state(number)[0] in ("waiting", "ended"))


def test_without_processes_what_lies_here_is_listed_and_removed(crew: Crew, tmp_path: Path) -> None:
    from tests.houses import make_installation

    house = make_installation(tmp_path / "home")
    done = house.run("sandbox", "list")
    assert done.returncode == 2 and "forgecrew doctor" in done.stderr


@pytest.mark.skipif(PROGRAM is None, reason="no Chromium here: install chromium to look at the pages")
def test_the_pages_in_every_theme_and_width(crew: Crew, box: str, tmp_path: Path) -> None:
    pictures = Path(os.environ.get("FORGECREW_TEST_PICTURES", tmp_path))
    with chromium(tmp_path / "profile") as page:
        page.look(f"{crew.house.url}/login?token={token(crew)}")
        page.look(f"{crew.house.url}/")
        page.run("document.querySelector('nav a[href=\"/sandboxes\"]').click()")
        page.wait_for("location.pathname === '/sandboxes' && document.readyState === 'complete'")
        page.wait_for("document.querySelector('[data-connection]').textContent === 'live'")
        page.run("window.stillHere = true")
        page.wait_for("/[0-9]/.test(document.querySelector('td[data-what=CPU] .figure')?.textContent ?? '')", seconds=20)
        assert page.run("window.stillHere"), "the page was not loaded anew"
        assert box in page.run("document.body.innerText")
        for dark in (False, True):
            for width in (390, 1280):
                for path in ("/sandboxes", f"/sandboxes/{box}"):
                    page.look(crew.house.url + path, width=width, dark=dark)
                    assert page.run("document.documentElement.scrollWidth") <= width, f"{path} is wider than the window"
                    assert contrast(page) >= 4.5, path
                    name = f"{path.count('/')}-{'dark' if dark else 'light'}-{width}.png"
                    page.picture(pictures / name)
        page.wait_for("document.querySelector('[data-connection]').textContent === 'live'")
        before = page.run("document.querySelectorAll('.printed span').length")
        page.wait_for(f"document.querySelectorAll('.printed span').length > {before}", seconds=20)
        lines = page.run("[...document.querySelectorAll('.printed span')].map((line) => line.textContent)")
        lines = [line for line in lines if line.startswith("line ")]
        assert len(lines) == len(set(lines)) > 1
        assert page.problems == []
