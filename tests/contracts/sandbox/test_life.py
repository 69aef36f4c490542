"""The life of sandboxes: made once, found again, swept away."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from forgecrew.app.hiding import hidden
from forgecrew.core.command import Command
from forgecrew.core.errors import ConfigError
from forgecrew.core.sandbox import SandboxSpec
from forgecrew.ports.sandbox import Sandbox
from forgecrew.ports.sandbox_backend import SandboxBackend

from .conftest import SMALL, Kind, Lacks, Open, running
from .test_commands import sh
from .test_limits import gone

CONTROLLER = """
import asyncio, sys
from pathlib import Path
from forgecrew.core.sandbox import SandboxSpec
from forgecrew.core.command import Command
exec(sys.argv[2])

async def main():
    box = await backend(Path(sys.argv[1])).create(SandboxSpec("left"))
    await box.exec(Command(("sh", "-c", f"echo begun; sleep {sys.argv[3]}")), lambda block: print("begun", flush=True))

asyncio.run(main())
"""

WORKER = """
import asyncio, sys
from pathlib import Path
from forgecrew.app.privacy import close_to_others
from forgecrew.core.sandbox import SandboxSpec
from forgecrew.core.command import Command
exec(sys.argv[2])

async def main():
    close_to_others()
    sandboxes = backend(Path(sys.argv[1]))
    box = await sandboxes.create(SandboxSpec("inside"))
    result = await box.exec(Command(("sh", "-c", "git init -q . && test ! -e /etc/shadow && touch x && printf fine")))
    print(result.reason, result.exit_code, result.text)
    print(await sandboxes.probe())

asyncio.run(main())
"""


async def test_probe_names_what_is_not_enforced(backend: SandboxBackend) -> None:
    known = await backend.probe()
    assert known.network_none
    assert known.pids
    for enforced, word in ((known.memory, "memory"), (known.cpu, "cpu"), (known.disk, "disk"), (known.own_uid, "user id")):
        assert enforced != any(gap.startswith(word) for gap in known.gaps)


async def test_creating_twice_gives_the_same(backend: SandboxBackend) -> None:
    one = await backend.create(SandboxSpec("same", profile=SMALL))
    await one.write("kept", b"x")
    two = await backend.create(SandboxSpec("same", profile=SMALL))
    assert await two.read("kept") == b"x"
    assert [spec.id for spec in await backend.list()] == ["same"]


async def test_a_sandbox_outlives_the_backend_that_made_it(open_backend: Open, tmp_path: Path, lacks: Lacks) -> None:
    mounts = () if lacks("mounts") else ("/usr/share",)
    spec = SandboxSpec("stays", owner="ada/sums", profile=SMALL, mounts=mounts, path="/usr/bin:/bin")
    before = open_backend(tmp_path / "s")
    await (await before.create(spec)).exec(sh("mkdir d; echo word > d/f; chmod 600 d/f"))
    after = open_backend(tmp_path / "s")
    assert list(await after.list()) == [spec]
    found = await after.attach("stays")
    assert found is not None
    assert found.spec == spec
    assert await found.read("d/f") == b"word\n"
    assert (await found.exec(sh("echo more >> d/f && cat d/f"))).text == "word\nmore\n"
    await found.destroy()
    assert await after.attach("stays") is None
    assert list(await before.list()) == []


async def test_ids_that_are_paths_are_refused(backend: SandboxBackend) -> None:
    for id in ("../x", "a/b", "", ".hidden", "x" * 200, "a b"):
        with pytest.raises(ConfigError):
            await backend.create(SandboxSpec(id))
        assert await backend.attach(id) is None


async def test_mounts_that_are_no_folders_or_show_too_much_are_refused(
    backend: SandboxBackend, tmp_path: Path, lacks: Lacks
) -> None:
    with pytest.raises(ConfigError, match="mount"):
        await backend.create(SandboxSpec("m", mounts=("/no/such/folder",)))
    for mount in ("/", "/etc", "/proc/", str(tmp_path)):
        with pytest.raises(ConfigError, match="mount" if lacks("mounts") else "keep apart"):
            await backend.create(SandboxSpec("m", mounts=(mount,)))


async def test_reaping_removes_what_is_not_kept(backend: SandboxBackend) -> None:
    for name in ("a", "b", "c"):
        await (await backend.create(SandboxSpec(name, profile=SMALL))).write("f", b"x")
    assert list(await backend.reap(keep=["b"])) == ["a", "c"]
    assert [spec.id for spec in await backend.list()] == ["b"]
    assert list(await backend.reap(keep=["b"])) == []


async def test_half_made_sandboxes_are_made_again_or_reaped(backend: SandboxBackend, tmp_path: Path) -> None:
    box = await backend.create(SandboxSpec("half", profile=SMALL))
    record = next((tmp_path / "sandboxes" / "half").glob("*.json"))
    record.unlink()
    assert await backend.attach("half") is None
    again = await backend.create(SandboxSpec("half", profile=SMALL))
    assert (await again.exec(sh("touch x && echo fine"))).text == "fine\n"
    record.unlink()
    assert list(await backend.reap(keep=[])) == ["half"]
    await box.destroy()


async def test_a_killed_controller_leaves_no_process(
    kind: Kind, backend: SandboxBackend, tmp_path: Path, marker: str, lacks: Lacks
) -> None:
    line = [sys.executable, "-c", CONTROLLER, str(tmp_path / "sandboxes"), kind.source, marker]
    with subprocess.Popen(line, stdout=subprocess.PIPE) as controller:
        assert controller.stdout is not None
        assert controller.stdout.readline() == b"begun\n"
        os.kill(controller.pid, signal.SIGKILL)
    assert await gone(marker, 30 if lacks("controller") else 2)
    assert list(await backend.reap(keep=["left"])) == []
    found = await backend.attach("left")
    assert found is not None
    assert (await found.exec(sh("echo usable"))).text == "usable\n"


async def test_sandboxes_are_as_strong_where_the_write_tokens_are_hidden(
    kind: Kind, backend: SandboxBackend, tmp_path: Path
) -> None:
    """A worker lives in a mount namespace and, as root, without most rights over the machine."""
    (tmp_path / "write").mkdir()
    line = hidden([sys.executable, "-c", WORKER, str(tmp_path / "inside"), kind.source], tmp_path / "write")
    done = subprocess.run(line, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["exit 0 fine", str(await backend.probe())]


async def test_a_very_deep_folder_is_removed(sandbox: Sandbox, backend: SandboxBackend) -> None:
    script = "import os\nfor i in range(2500):\n  os.mkdir('d'); os.chdir('d')\nopen('f', 'w')"
    await sandbox.exec(Command(("python3", "-c", script)))
    await sandbox.exec(sh("mkdir locked; touch locked/f; chmod 000 locked"))
    await sandbox.destroy()
    assert list(await backend.list()) == []


async def test_names_that_are_not_text_are_removed(sandbox: Sandbox, tmp_path: Path) -> None:
    result = await sandbox.exec(Command(("python3", "-c", "open(b'\\xff\\n\\x1b[31m', 'w'); open('-rf', 'w')")))
    assert result.ok, result.text
    await sandbox.destroy()
    assert list((tmp_path / "sandboxes").iterdir()) == []
    assert running("sleep 0.000001") == []
