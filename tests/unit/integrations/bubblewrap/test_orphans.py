"""Control groups of controllers that died or ended: none is left, and a missing program is told with its remedy."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from forgecrew.core.errors import SandboxUnavailable
from forgecrew.integrations.bubblewrap.group_label import is_orphan
from forgecrew.integrations.bubblewrap.kind import Bubblewrap
from forgecrew.integrations.bubblewrap.sandbox import Backend, backend

CONTROLLER = """
import asyncio, sys
from pathlib import Path
from forgecrew.core.sandbox import SandboxSpec
from forgecrew.core.command import Command
from forgecrew.integrations.bubblewrap.sandbox import backend

async def main():
    box = await backend(Path(sys.argv[1])).create(SandboxSpec("left"))
    await box.exec(Command(("sh", "-c", f"echo begun; {sys.argv[2]}")), lambda block: print("begun", flush=True))

asyncio.run(main())
"""


FORGETS = f"""
import gc
from forgecrew.integrations.bubblewrap import spares
{CONTROLLER.partition("asyncio.run")[0]}
async def all_of_it():
    await main()
    await asyncio.gather(*(task for one in spares._all for task in one._filling.values()))

asyncio.run(all_of_it())
gc.collect()
"""


@pytest.fixture
async def strong(tmp_path: Path) -> Backend:
    """A backend with control groups; skips where there are none."""
    made = backend(tmp_path / "sandboxes")
    try:
        found = await made.probe()
    except SandboxUnavailable as error:
        pytest.skip(str(error))
    if not found.memory:
        pytest.skip("without control groups nothing can be left")
    return made


async def groups(made: Backend) -> dict[str, object]:
    kind = made._kind
    assert isinstance(kind, Bubblewrap)
    hierarchy = (await kind._stands()).machine.hierarchy
    assert hierarchy is not None
    return dict(hierarchy.groups(kind.scope))


async def test_a_killed_controller_leaves_no_group(strong: Backend, tmp_path: Path) -> None:
    line = [sys.executable, "-c", CONTROLLER, str(tmp_path / "sandboxes"), "sleep 600"]
    with subprocess.Popen(line, stdout=subprocess.PIPE) as controller:
        assert controller.stdout is not None
        assert controller.stdout.readline() == b"begun\n"
        os.kill(controller.pid, signal.SIGKILL)
    assert list(await strong.reap(keep=["left"])) == []
    assert not any(map(is_orphan, await groups(strong)))
    await strong.reap(keep=[])
    assert await groups(strong) == {}


async def test_a_controller_that_ends_leaves_no_group(strong: Backend, tmp_path: Path) -> None:
    line = [sys.executable, "-c", CONTROLLER, str(tmp_path / "sandboxes"), "true"]
    assert subprocess.run(line, timeout=60, stdout=subprocess.DEVNULL).returncode == 0
    assert await groups(strong) == {}
    await strong.reap(keep=[])


async def test_a_controller_that_forgets_its_backend_leaves_no_group_either(strong: Backend, tmp_path: Path) -> None:
    """What waits inside of a sandbox belongs to the process, whatever has become of the backend that made it."""
    line = [sys.executable, "-c", FORGETS, str(tmp_path / "sandboxes"), "true"]
    assert subprocess.run(line, timeout=60, stdout=subprocess.DEVNULL).returncode == 0
    assert await groups(strong) == {}
    await strong.reap(keep=[])


async def test_a_missing_program_is_told_with_its_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("forgecrew.integrations.bubblewrap.means.PLACES", "/nonexistent")
    with pytest.raises(SandboxUnavailable, match="apt install bubblewrap"):
        await backend(tmp_path / "sandboxes").probe()
