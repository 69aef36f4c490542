"""Sandboxes in real groups of version 2: made by us, and made by a real systemd."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.live

MOUNT = "umount -l /sys/fs/cgroup; mount -t cgroup2 none /sys/fs/cgroup && mount -t tmpfs none /run"


def looked(what: str, folder: Path) -> dict[str, Any]:
    """What was seen inside; skips where there can be no such mount."""
    if os.geteuid() != 0 or shutil.which("bwrap") is None:
        pytest.skip("a version-2 mount of our own needs root, and a sandbox bubblewrap")
    inside = ["unshare", "--mount", "--cgroup", "--propagation", "private", "sh", "-c"]
    if subprocess.run([*inside, MOUNT], capture_output=True, check=False).returncode:
        pytest.skip("this kernel lets nobody mount control groups of version 2 here")
    folder.chmod(0o711)
    program = f'{MOUNT}; exec "$0" -m tests.live.cgroup.inside {what} {folder}'
    done = subprocess.run([*inside, program, sys.executable], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def check(told: dict[str, Any]) -> None:
    """All that version 2 shows on any machine, and the bounds for which this one has controllers."""
    assert told["groups"] == 1
    assert told["processes"][0] >= 3, "bwrap, its process 1, the shell"
    assert told["reason"] == "timeout"
    assert told["cpu"] > 0.1, "the group counted"
    assert "computes" in told["where"]
    assert told["left"] == 0, "no group is left"
    if "pids" in told["controllers"]:
        assert told["forks"] == "pids"
    if "memory" in told["controllers"]:
        assert (told["memory"], told["peak"] <= 97 << 20) == ("oom", True)


def test_groups_of_our_own(tmp_path: Path) -> None:
    check(looked("second", tmp_path))


def test_scopes_of_a_real_systemd(tmp_path: Path) -> None:
    if not Path("/lib/systemd/systemd").exists() or shutil.which("systemd-run") is None:
        pytest.skip("systemd is not installed")
    check(looked("scope", tmp_path))
