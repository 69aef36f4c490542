"""Disks of workspaces: a process under the keeper has them, as `forgecrew up` gives them to the one that makes sandboxes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from forgecrew.app.hiding import hidden_with_disks
from forgecrew.integrations.bubblewrap import image
from forgecrew.integrations.bubblewrap.keeper import STORE, with_disks

PROGRAM = """
import asyncio, json, os, sys
from pathlib import Path
from forgecrew.core.command import Command
from forgecrew.core.sandbox import Profile, SandboxSpec
from forgecrew.integrations.bubblewrap.sandbox import backend

folder, told = Path(sys.argv[1]), {}
small = Profile(disk_bytes=24 << 20, file_bytes=32 << 20, wall_seconds=30)

async def main():
    made = backend(folder)
    known = await made.probe()
    told["disk"], told["gaps"] = known.disk, [gap for gap in known.gaps if gap.startswith("disk")]
    one, two = [await made.create(SandboxSpec(name, profile=small)) for name in ("one", "two")]
    async def sh(script, box=one):
        return await box.exec(Command(("sh", "-c", script)))
    told["floods"] = []
    for flood in ("for i in 1 2 3; do head -c 20M /dev/zero > $i; done", "mkdir d; seq -f d/%g 9000 | xargs touch"):
        await sh(flood)
        try:
            await one.write("more", bytes(99999))
        except Exception as error:
            told["refused"] = f"{type(error).__name__}: {error}"
        told["floods"].append((await sh("du -sm . | cut -f1; find . | wc -l; rm -rf ./*")).text.split())
    told["slow"] = (await sh("for i in 1 2 3 4 5; do head -c 8M /dev/zero > $i; sleep 0.3; done; sleep 9")).reason
    told["tidy"] = (await sh("rm -f ?; echo tidy; sleep 0.6")).text
    told["beside"] = (await sh("head -c 9M /dev/zero > f && echo fits", two)).text
    await one.write("kept", b"word")
    told["again"] = (await (await backend(folder).attach("one")).read("kept")).decode()
    told["seen"] = sorted(os.listdir(folder / ".disks"))
    wrong = ("../../etc", "x/../../workspace", "one/spec.json", "nowhere/workspace")
    told["asked"] = [await asked(made, path) for path in wrong]
    await two.destroy()
    told["left"] = sorted(path.name for path in folder.glob("[!.]*"))
    if "keep" not in sys.argv:
        await made.reap(keep=())
    told["kept"] = [str(path.relative_to(folder)) for path in await made._kind._footing.machine.disks.kept(folder)]
    told["lines"] = [line.split()[4] for line in open("/proc/self/mountinfo") if "/workspace " in line]

async def asked(made, path):
    try:
        await made._kind._footing.machine.disks.open(folder / path, small)
    except Exception as error:
        return type(error).__name__

asyncio.run(main())
print(json.dumps(told))
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the sandboxes lie."""
    tried = subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False)
    if os.geteuid() != 0 or tried.returncode or not Path("/dev/loop-control").exists():
        pytest.skip("disks of workspaces need root, loop devices and the right to mount")
    return tmp_path / "sandboxes"


def told_by(line: list[str]) -> dict[str, object]:
    done = subprocess.run(line, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("hiding", [True, False])
def test_a_workspace_has_a_disk_of_its_own(folder: Path, tmp_path: Path, hiding: bool) -> None:
    (tmp_path / "write").mkdir()
    program = [sys.executable, "-c", PROGRAM, str(folder)]
    told = told_by(hidden_with_disks(program, folder, tmp_path / "write") if hiding else with_disks(program, folder))
    assert (told["disk"], told["gaps"]) == (True, [])
    (used, _), (_, files) = told["floods"]  # type: ignore[misc]
    assert 20 <= int(used) <= 25
    assert 1000 < int(files) <= 1536
    assert told["refused"] == "TellModel: more: the workspace is full; remove files that are not needed"
    assert (told["slow"], told["tidy"], told["beside"], told["again"]) == ("disk", "tidy\n", "fits\n", "word")
    assert hiding == (told["seen"] == [])
    assert told["asked"] == ["SandboxUnavailable", "SandboxUnavailable", "SandboxUnavailable", "SandboxUnavailable"]
    assert (told["left"], told["kept"], told["lines"]) == (["one"], [], [])


def test_disks_outlive_the_process_and_nothing_stays_mounted(folder: Path) -> None:
    line = with_disks([sys.executable, "-c", PROGRAM, str(folder), "keep"], folder)
    told_by(line)
    assert [path.name for path in (folder / STORE).glob("*%*")] == ["one%workspace"]
    assert not image.attached(folder / STORE / "one%workspace") or gives_back(folder / STORE / "one%workspace")
    assert str(folder) not in Path("/proc/self/mountinfo").read_text()
    again = PROGRAM.partition("async def main")[0] + (
        "async def main():\n    told['kept'] = (await (await backend(folder).attach('one')).read('kept')).decode()\n"
        "asyncio.run(main())\nprint(json.dumps(told))"
    )
    assert told_by(with_disks([sys.executable, "-c", again, str(folder)], folder)) == {"kept": "word"}
    without = subprocess.run(
        [sys.executable, "-c", again, str(folder)], capture_output=True, text=True, timeout=60, check=False
    )
    assert "which only `forgecrew up` mounts" in without.stderr
    gone = PROGRAM.partition("async def main")[0] + (
        "async def main():\n    await (await backend(folder).attach('one')).destroy()\n"
        "    told['left'] = list(folder.glob('[!.]*'))\n"
        "asyncio.run(main())\nprint(json.dumps(told))"
    )
    assert told_by([sys.executable, "-c", gone, str(folder)]) == {"left": []}
    swept = gone.replace("(await backend(folder).attach('one')).destroy()", "backend(folder).reap(keep=None)")
    assert told_by(with_disks([sys.executable, "-c", swept, str(folder)], folder)) == {"left": []}
    assert list((folder / STORE).glob("*%*")) == []


def gives_back(disk: Path) -> bool:
    """Whether the kernel ends a mount of a namespace that is gone, which it does soon, not at once."""
    import time

    until = time.monotonic() + 10
    while image.attached(disk) and time.monotonic() < until:
        time.sleep(0.02)
    return not image.attached(disk)


def test_an_image_that_was_not_ended_well_is_mended(folder: Path) -> None:
    folder.mkdir()
    disk = folder / "disk"
    image.make(folder, disk, 8 << 20, 256)
    subprocess.run(["debugfs", "-w", "-R", "set_super_value state 0", str(disk)], check=True, capture_output=True)
    assert disk.read_bytes()[1024 + 58] == 0
    image.repair(disk)
    assert disk.read_bytes()[1024 + 58] == 1


def test_a_full_disk_of_the_host_is_told(folder: Path) -> None:
    folder.mkdir()
    script = "import sys; from pathlib import Path; from forgecrew.integrations.bubblewrap.image import make; "
    script += "make(Path(sys.argv[1]), Path(sys.argv[1]) / 'disk', 64 << 20, 4096)"
    mount = 'mount -t tmpfs -o size=40k none "$3" && exec "$1" -c "$2" "$3"'
    line = ["unshare", "--mount", "sh", "-c", mount, "sh", sys.executable, script, str(folder)]
    done = subprocess.run(line, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "No space left" in done.stderr or "mkfs.ext4" in done.stderr, done.stderr
