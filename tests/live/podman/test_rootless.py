"""Podman without root: run as a user of this machine who has subordinate ids, by the machine's own Python."""

import json
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import forgecrew

pytestmark = pytest.mark.live

PYTHON = "/usr/bin/python3"
PROGRAM = """
import asyncio, json, sys
from dataclasses import asdict
from pathlib import Path
from forgecrew.core.command import Command
from forgecrew.core.sandbox import Profile, SandboxSpec
from forgecrew.integrations.podman.sandbox import backend

async def main(folder):
    made = backend(folder, runtime=sys.argv[2])
    known = await made.probe()
    box = await made.create(SandboxSpec("one", profile=Profile(memory_bytes=128 << 20, pids=40, wall_seconds=20)))
    try:
        await box.write("a.txt", b"word")
        seen = await box.exec(Command(("sh", "-c", "cat a.txt; id -u; exit 3")))
        cell = await box.cell("print(6 * 7)")
        memory = await box.exec(Command(("python3", "-c", "print(len(bytearray(300 << 20)))")))
        late = await box.exec(Command(("sleep", "60"), timeout_seconds=1))
        service = await box.start(Command(("python3", "-m", "http.server", "8000", "--bind", "127.0.0.1")))
        for _ in range(200):
            try:
                reader, writer = await service.connect(8000)
                break
            except ConnectionRefusedError:
                await asyncio.sleep(0.05)
        writer.write(b"GET /a.txt HTTP/1.0\\r\\n\\r\\n")
        page = await reader.read()
        writer.close()
        await service.stop()
        told = [known.gaps, seen.exit_code, seen.text, cell.text, memory.ok, late.reason, late.where, page.endswith(b"word")]
    finally:
        await made.reap(keep=())
    print(json.dumps(told))

asyncio.run(main(Path(sys.argv[1])))
"""


@pytest.fixture
def person() -> Iterator[tuple[pwd.struct_passwd, Path]]:
    """Somebody with subordinate ids, and a home of his own for podman."""
    if os.geteuid() != 0 or not all(map(shutil.which, ("podman", "newuidmap", "runc", "setpriv"))):
        pytest.skip("becoming another user needs root, and podman without root newuidmap and runc")
    names = (
        [line.split(":")[0] for line in Path("/etc/subuid").read_text().splitlines()] if Path("/etc/subuid").exists() else []
    )
    people = [one for one in pwd.getpwall() if one.pw_name in names and one.pw_uid]
    if not people:
        pytest.skip("nobody on this machine has subordinate ids: usermod --add-subuids gives some")
    home = Path(tempfile.mkdtemp(prefix="rootless-"))
    (home / "run").mkdir(mode=0o700)
    for folder in (home, home / "run"):
        os.chown(folder, people[0].pw_uid, people[0].pw_gid)
    yield people[0], home
    subprocess.run(["rm", "-rf", str(home)], check=False)


def test_commands_cells_services_and_gaps(person: tuple[pwd.struct_passwd, Path]) -> None:
    who, home = person
    become = ["setpriv", f"--reuid={who.pw_uid}", f"--regid={who.pw_gid}", "--clear-groups", "--"]
    given = ["env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", f"HOME={home}", f"XDG_RUNTIME_DIR={home / 'run'}"]
    line = [*become, *given, f"PYTHONPATH={Path(forgecrew.__file__).parents[1]}", "PYTHONDONTWRITEBYTECODE=1", PYTHON, "-c"]
    if subprocess.run([*line, "import sys, forgecrew; assert sys.version_info >= (3, 11)"], cwd=home, check=False).returncode:
        pytest.skip(f"{who.pw_name} cannot run this with {PYTHON}")
    done = subprocess.run([*line, PROGRAM, str(home / "s"), "runc"], cwd=home, capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, done.stdout + done.stderr
    told: list[Any] = json.loads(done.stdout.splitlines()[-1])
    gaps, status, text, cell, memory, reason, where, page = told
    assert (status, text, cell, memory, reason, page) == (3, "word1000\n", "42\n", False, "timeout", True)
    assert "sleep 60: sleeps" in where
    assert any(gap.startswith("memory:") for gap in gaps) or Path("/sys/fs/cgroup/cgroup.controllers").exists()
    assert any(gap.startswith("user id:") for gap in gaps)
