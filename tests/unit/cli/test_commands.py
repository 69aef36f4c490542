"""The command line as people meet it: help, errors in one sentence, tables and JSON."""

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from forgecrew.app import discover
from forgecrew.cli.main import GROUPS, build
from forgecrew.core.moment import utc_now
from forgecrew.core.new_task import NewTask
from forgecrew.core.sandbox_view import SandboxView
from forgecrew.core.subject import RepoRef, Subject
from forgecrew.store.migrate import upgrade
from forgecrew.store.queries import sandboxes, tasks, workers
from tests.houses import Installation, make_installation

HEAVY = ("litestar", "sqlalchemy", "dbos", "httpx", "uvicorn", "alembic", "asyncio", "jinja2")


def test_help_imports_nothing_heavy() -> None:
    script = f"""
import sys
from forgecrew.cli.main import GROUPS, build
build().main(["--help"], standalone_mode=False)
print("HEAVY", [name for name in {HEAVY} if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "A quiet team" in done.stdout and done.stdout.rstrip().endswith("HEAVY []")


def test_help_shows_every_command_in_one_group() -> None:
    assert sorted(name for group in GROUPS for name in group["commands"]) == sorted(discover.commands().working)


@pytest.mark.parametrize("name", sorted(discover.commands().working))
def test_every_command_has_help(name: str) -> None:
    done = CliRunner().invoke(build(), [name, "--help"])
    assert done.exit_code == 0 and "Usage" in done.stdout
    assert name in done.stdout


def test_an_error_of_ours_is_one_sentence(tmp_path: Path) -> None:
    made = Installation(tmp_path / "none", 0)
    for command in ("serve", "work", "effects", "up"):
        done = made.run(command)
        assert done.returncode == 2 and done.stderr.count("\n") == 1 and "forgecrew init" in done.stderr
    assert "Traceback" in made.run("serve", FORGECREW_DEBUG="1").stderr


def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    made = make_installation(tmp_path / "home")
    other = make_installation(tmp_path / "other")
    (other.home / "forgecrew.toml").write_text((made.home / "forgecrew.toml").read_text())
    made.serve()
    done = other.run("serve")
    made.close()
    assert done.returncode == 2 and "set server.port" in done.stderr


def test_tasks_without_a_database_say_so(tmp_path: Path) -> None:
    done = make_installation(tmp_path / "home").run("task", "list")
    assert done.returncode == 2 and "forgecrew doctor" in done.stderr and "Traceback" not in done.stderr


async def test_what_others_wrote_cannot_steer_the_terminal(tmp_path: Path) -> None:
    made = make_installation(tmp_path / "home")
    await upgrade(made.database_url)
    database = made.database()
    async with database.write() as connection:
        subject = Subject(RepoRef("acme", "tally"), "issue", 1)
        await tasks.create(connection, NewTask("coder", "casey", subject, "mira", "[/nope] \x1b[31mred\x07 [bold]x"))
    await database.close()
    for command in (["task", "list"], ["task", "show", "1"]):
        done = made.run(*command)
        assert done.returncode == 0 and "\x1b" not in done.stdout and "[/nope]" in done.stdout and "[bold]x" in done.stdout
    assert made.run("task", "show", "7").returncode == 2


async def test_names_of_sandboxes_are_whole_in_a_narrow_window(tmp_path: Path) -> None:
    made = make_installation(tmp_path / "home")
    await upgrade(made.database_url)
    database = made.database()
    name = f"app-{'0' * 26}-1"
    async with database.write() as connection:
        await workers.join(connection, "work-1", kind="work", host="h", pid=1, now=utc_now(), lease_seconds=60)
        wide = SandboxView(
            name, "acme/tally", "work-1", "medium", (1 << 33, 1.5, 256, 1 << 40), state="running", cpu=0.5, processes=100,
            memory_bytes=1 << 40, disk_bytes=1 << 40, network="12 doors",
        )  # fmt: skip
        await sandboxes.show(connection, wide)
    await database.close()
    assert name in made.run("sandbox", "list", COLUMNS="60").stdout
