"""A podman service for the suite: what a worker talks to where it may not start containers itself."""

import atexit
import shutil
import subprocess
import tempfile
import time
from functools import cache
from pathlib import Path


@cache
def podman_socket() -> str:
    """The socket of a service of this test run; empty where podman is not installed."""
    podman = shutil.which("podman")
    if podman is None:
        return ""
    folder = Path(tempfile.mkdtemp(prefix="forgecrew-podman-"))
    flags = [] if Path("/run/systemd/system").is_dir() else ["--cgroup-manager=cgroupfs"]
    flags += ["--runtime=runc"] if shutil.which("runc") and not shutil.which("crun") else []
    dies_with_us = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []  # also when we are killed
    line = [*dies_with_us, podman, *flags, "system", "service", "--time=0", f"unix://{folder / 'p.sock'}"]
    quiet = subprocess.DEVNULL
    # conmon leaves a file named oom where its engine was started
    service = subprocess.Popen(line, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True, cwd=folder)

    def stop() -> None:
        service.terminate()
        service.wait(20)
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(stop)
    until = time.monotonic() + 20
    while not (folder / "p.sock").exists() and service.poll() is None and time.monotonic() < until:
        time.sleep(0.02)
    return str(folder / "p.sock")
