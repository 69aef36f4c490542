"""Run in a mount namespace whose /sys/fs/cgroup is a version-2 mount: `python -m tests.live.cgroup.inside <what> <folder>`.

Prints JSON of what was seen. Memory, processes and CPU are bounded where version 2 has their controllers; on a machine that has
given them to version 1 it has none, and the group is made under whatever it has: then only joining, counting, killing and
removing are seen.
"""

import asyncio
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from forgecrew.core.command import Command
from forgecrew.core.sandbox import Profile, SandboxSpec
from forgecrew.integrations.bubblewrap import group_search, scopes
from forgecrew.integrations.bubblewrap.cgroup import Hierarchy
from forgecrew.integrations.bubblewrap.ground import Ground
from forgecrew.integrations.bubblewrap.machine import Machine
from forgecrew.integrations.bubblewrap.means import look
from forgecrew.integrations.bubblewrap.spares import Spares
from forgecrew.sandboxing.box import Box

ROOT = Path("/sys/fs/cgroup")
SMALL = Profile(memory_bytes=96 << 20, cpu=0.5, pids=24, wall_seconds=20)
HANGS = "echo begun; sleep 600 & while :; do :; done"
FORKS = "import os\nfor n in range(200):\n  if os.fork() == 0:\n    import time; time.sleep(5); os._exit(0)"
MEMORY = "x = bytearray(300 << 20); print(len(x))"


def second() -> Hierarchy:
    """As found; else under whatever controller there is."""
    if (found := group_search.detect(ROOT)) is not None and found.suffix == "":
        return found
    ours = ROOT / "forgecrew"
    ours.mkdir(exist_ok=True)
    return Hierarchy(2, {"any": ours})


@contextmanager
def of_systemd() -> Iterator[Hierarchy]:
    """Scopes of a manager that is started for this; it believes that the machine was booted by its like."""
    place = Path("/run/user/0")
    for folder in (Path("/run/systemd/system"), place):
        folder.mkdir(parents=True)
    place.chmod(0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(place)
    with subprocess.Popen(["/lib/systemd/systemd", "--user"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as manager:
        try:
            words, until = ("/usr/bin/env", f"XDG_RUNTIME_DIR={place}"), time.monotonic() + 30
            ask = [*words, "systemctl", "--user", "show", "--property=ControlGroup", "--value", "--", "-.slice"]
            while subprocess.run(ask, capture_output=True, text=True, check=False).stdout != "/\n":
                assert manager.poll() is None and time.monotonic() < until, "systemd does not answer"
                time.sleep(0.05)
            given = (ROOT / "cgroup.controllers").read_text().split()
            names = [name for name in ("memory", "pids", "cpu") if name in given] or ["any"]
            start = (*words, shutil.which("systemd-run") or "", "--user")
            found = scopes.Scopes(2, {name: ROOT / scopes.SLICE for name in names}, start)
            yield found
        finally:
            manager.terminate()


async def seen(machine: Machine, folder: Path) -> dict[str, object]:
    """What commands in one sandbox tell of their group."""
    spares = Spares(machine, "live", keep=False)
    ground = Ground(SandboxSpec("one", profile=SMALL), folder / "s" / "one", machine.uid("one", set()), machine, spares)
    await ground.make()
    box = Box(ground)
    assert machine.hierarchy is not None
    try:
        begun = asyncio.Event()
        command = Command(("sh", "-c", HANGS), timeout_seconds=2)
        endless = asyncio.ensure_future(box.exec(command, lambda _: begun.set()))
        await asyncio.wait_for(begun.wait(), 20)
        groups = [group for group in machine.hierarchy.groups("live").values() if group.processes()]
        inside = [len(group.processes()) for group in groups]
        result = await endless
        told: dict[str, object] = {
            "groups": len(groups), "processes": inside, "reason": result.reason, "cpu": result.cpu_seconds,
            "controllers": sorted(machine.hierarchy.folders), "where": result.where,
        }  # fmt: skip
        told["forks"] = (await box.exec(Command(("python3", "-c", FORKS)))).reason
        memory = await box.exec(Command(("python3", "-c", MEMORY)))
        told |= {"memory": memory.reason, "peak": memory.peak_memory_bytes}
        return told
    finally:
        await box.destroy()
        spares.drop()
        await spares.settle()


async def main(what: str, folder: Path) -> None:
    machine = look(folder, cgroups=False, disks=False)
    if what == "second":
        hierarchy: Hierarchy = second()
        told = await seen(replace(machine, hierarchy=hierarchy), folder)
        left = hierarchy.groups("live")
    else:
        with of_systemd() as hierarchy:
            told = await seen(replace(machine, hierarchy=hierarchy), folder)
            for _ in range(100):  # systemd removes a scope when it has heard that it is empty
                if not (left := hierarchy.groups("live")):
                    break
                await asyncio.sleep(0.05)
    print(json.dumps({**told, "left": len(left)}))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
