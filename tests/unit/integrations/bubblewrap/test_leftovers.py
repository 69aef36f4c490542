"""Processes of dead makers are known by their mark and killed; those of living makers and of other namespaces are not."""

import subprocess
from pathlib import Path

import pytest

from forgecrew.core.errors import SandboxUnavailable
from forgecrew.core.sandbox import SandboxSpec
from forgecrew.integrations.bubblewrap.leftovers import TRIAL, kill_processes
from forgecrew.integrations.bubblewrap.maker import is_dead, maker, maker_on, mark
from forgecrew.integrations.bubblewrap.sandbox import backend


@pytest.fixture
def dead() -> str:
    """The words of a maker that has ended."""
    namespace, _, _ = maker().split(".")
    with subprocess.Popen(["true"]) as process:
        pid = process.pid
    return f"{namespace}.{pid}.1"


def test_a_mark_is_found_among_arguments(dead: str) -> None:
    assert maker_on(b"sh\0-c\0:\0sh\0" + mark().encode() + b"\0x\0") == maker()
    assert maker_on(b"sleep\0001\0") == ""
    assert (is_dead(maker()), is_dead(dead), is_dead(f"{dead}.more")) == (False, True, True)
    assert not any(map(is_dead, ("", "1.2", f"1{dead}", "a.b.c")))


def test_only_what_dead_makers_started_is_killed(dead: str) -> None:
    namespace, pid, started = dead.split(".")
    words = [f"forgecrew-sandbox.{dead}", mark(), f"forgecrew-sandbox.1{namespace}.{pid}.{started}", "forgecrew"]
    running = [subprocess.Popen(["sh", "-c", "sleep 600 & wait", "sh", word], start_new_session=True) for word in words]
    try:
        assert running[0].pid in kill_processes()
        assert running[0].wait(10) == -9
        assert [process.poll() for process in running[1:]] == [None, None, None]
        assert not {process.pid for process in running} & set(kill_processes())
    finally:
        for process in running:
            subprocess.run(["pkill", "-9", "-s", str(process.pid)], check=False)
            process.wait()


async def test_trials_of_dead_makers_are_removed(tmp_path: Path, dead: str) -> None:
    folder = tmp_path / "s"
    for words in (f"{dead}.abc", f"{maker()}.abc"):
        (folder / f"{TRIAL}{words}" / "workspace" / "x").mkdir(parents=True)
    try:
        assert list(await backend(folder).reap(keep=None)) == []
    except SandboxUnavailable as error:
        pytest.skip(str(error))
    assert [path.name for path in folder.glob(f"{TRIAL}*")] == [f"{TRIAL}{maker()}.abc"]


async def test_reaping_with_none_keeps_all(tmp_path: Path) -> None:
    made = backend(tmp_path / "s")
    try:
        await made.create(SandboxSpec("stays"))
    except SandboxUnavailable as error:
        pytest.skip(str(error))
    assert list(await made.reap(keep=None)) == []
    assert [spec.id for spec in await made.list()] == ["stays"]
    assert list(await made.reap(keep=())) == ["stays"]
