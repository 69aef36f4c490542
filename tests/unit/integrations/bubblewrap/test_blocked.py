"""Machines on which no sandbox can be made say which command mends that; tried on real ones, made so for a moment."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from forgecrew.integrations.bubblewrap import seccomp
from forgecrew.integrations.bubblewrap.child import memory_file

PROBE = """
import asyncio, sys
from pathlib import Path
from forgecrew.core.errors import SandboxUnavailable
from forgecrew.integrations.bubblewrap.sandbox import backend
try:
    print(asyncio.run(backend(Path(sys.argv[1])).probe()))
except SandboxUnavailable as error:
    print("UNAVAILABLE", error)
"""
NEEDED = ("bwrap", "unshare")

pytestmark = pytest.mark.skipif(not all(map(shutil.which, NEEDED)), reason="bubblewrap or unshare is not installed")


def test_user_namespaces_switched_off(tmp_path: Path) -> None:
    script = 'echo 0 > /proc/sys/user/max_user_namespaces && exec "$@"'
    line = ["unshare", "--user", "--map-root-user", "sh", "-c", script, "sh", sys.executable, "-c", PROBE, str(tmp_path / "s")]
    done = subprocess.run(line, capture_output=True, text=True, timeout=120, check=False)
    if "UNAVAILABLE" not in done.stdout:
        pytest.skip(f"no user namespace to switch them off in: {done.stderr[-200:]}")
    assert (
        "user namespaces are blocked on this machine; allow them with: sysctl -w user.max_user_namespaces=15000" in done.stdout
    )


def test_a_container_whose_filter_forbids_namespaces(tmp_path: Path) -> None:
    if not seccomp.supported():
        pytest.skip("no filter for this architecture")
    filter_fd = memory_file(seccomp.program())
    try:
        line = ["bwrap", "--dev-bind", "/", "/", "--seccomp", str(filter_fd), sys.executable, "-c", PROBE, str(tmp_path / "s")]
        done = subprocess.run(line, capture_output=True, text=True, timeout=120, check=False, pass_fds=[filter_fd])
    finally:
        os.close(filter_fd)
    assert "UNAVAILABLE" in done.stdout, done.stdout + done.stderr
    assert "--security-opt seccomp=unconfined" in done.stdout
