"""`up` with real processes: what each may see, what happens when one dies, how all end."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from forgecrew.app.hiding import hidden
from forgecrew.app.supervisor import PROCESSES
from tests.houses import LOGIN, Installation

BWRAP = shutil.which("bwrap")
needs_bwrap = pytest.mark.skipif(BWRAP is None, reason="no bubblewrap here: install it to see the hiding")


def processes(home: Path, name: str) -> list[int]:
    """Ids of our processes that run one command; bwrap and the keeper of disks, which name it too, are left out."""
    found: list[int] = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if (
                b"python" in words[0]
                and b"forgecrew.cli.main" in words[:3]
                and name.encode() in words
                and str(home).encode() in words
            ):
                found.append(int(entry.name))
    return found


@needs_bwrap
def test_up_runs_all_four_hides_the_tokens_and_restarts_the_dead(installation: Installation) -> None:
    up = installation.start("up", FORGECREW_ADMIN_TOKEN="an-administrators-token")
    installation.wait_for_log("up", "serve listens")
    installation.wait_for_log("up", "effects writes as casey, robin, tess")
    installation.wait_for_log("up", "host serves apps")
    installation.wait_until_up("up", up)
    log = installation.wait_for_log("up", "has room for")
    assert f"sign in at {installation.url}/login?token={LOGIN}" in log
    assert all(f"{name} │ " in log for name in PROCESSES)

    folder = installation.home / "secrets" / "write"
    assert (folder / "tokens.toml").exists()
    (serve,), (work,), (effects,), (host,) = (processes(installation.home, name) for name in PROCESSES)
    for hidden_from in (serve, work, host):
        assert list(Path(f"/proc/{hidden_from}/root{folder}").iterdir()) == []
        environment = Path(f"/proc/{hidden_from}/environ").read_bytes()
        assert b"write-token" not in environment and b"administrators" not in environment
    assert list(Path(f"/proc/{host}/root{installation.home}/secrets/read").iterdir()) == [], "host reads no token at all"
    assert Path(f"/proc/{effects}").stat().st_uid == 0, "a process that is not dumpable belongs to root"

    with installation.client() as client:
        told = client.get("/health").json()
    assert (told["status"], told["workers_alive"], told["effects_alive"]) == ("ok", 1, 1)

    os.kill(work, signal.SIGKILL)
    installation.wait_for_log("up", "starts again in 0.2 s")
    installation.wait_for_log("up", "has room for", count=2)

    began = time.monotonic()
    up.send_signal(signal.SIGTERM)
    assert up.wait(9) == 0
    assert time.monotonic() - began < 7
    assert installation.log("up").rstrip().endswith("stopped")
    assert [processes(installation.home, name) for name in PROCESSES] == [[], [], [], []]


@needs_bwrap
def test_nothing_survives_a_killed_supervisor(installation: Installation) -> None:
    up = installation.start("up")
    installation.wait_for_log("up", "serve listens")
    installation.wait_for_log("up", "effects writes")
    up.kill()
    up.wait()
    deadline = time.monotonic() + 10
    while any(processes(installation.home, name) for name in PROCESSES):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_up_without_bubblewrap_says_how_to_install_it(installation: Installation) -> None:
    done = installation.run("up", PATH="/nowhere")
    assert done.returncode == 2 and "apt install bubblewrap" in done.stderr and "Traceback" not in done.stderr


@needs_bwrap
def test_a_sandbox_works_inside_the_hiding_and_the_cover_stays_on(tmp_path: Path) -> None:
    folder = tmp_path / "write"
    folder.mkdir()
    (folder / "tokens.toml").write_text("secret")
    inner = [BWRAP or "", "--unshare-user", "--unshare-all", "--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev"]
    script = f"""
ls -A {folder}
{" ".join(inner)} -- echo a sandbox works
umount {folder} 2>/dev/null; unshare -Urm umount {folder} 2>/dev/null
cat {folder}/tokens.toml 2>/dev/null
echo end
"""
    done = subprocess.run(hidden(["sh", "-c", script], folder), capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout.split("\n") == ["a sandbox works", "end", ""]


@needs_bwrap
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_the_same_as_a_normal_user_who_sees_no_other_processes(tmp_path: Path) -> None:
    folder = Path(f"/tmp/forgecrew-hiding-{os.getpid()}")
    folder.mkdir()
    try:
        (folder / "tokens.toml").write_text("secret")
        for path in (folder, folder / "tokens.toml"):
            os.chown(path, 4242, 4242)
        inner = f"{BWRAP} --unshare-user --unshare-all --ro-bind / / --proc /proc --dev /dev -- echo a sandbox works"
        script = f"ls -A {folder}; {inner}; cat /proc/[0-9]*/root{folder}/tokens.toml 2>/dev/null; echo end"
        # A process of the same user outside, through whose root the folder could be seen.
        outside = subprocess.Popen(["setpriv", "--reuid", "4242", "--regid", "4242", "--clear-groups", "sleep", "30"])
        line = [
            "setpriv",
            "--reuid",
            "4242",
            "--regid",
            "4242",
            "--clear-groups",
            *hidden(["sh", "-c", script], folder, root=False),
        ]
        done = subprocess.run(line, capture_output=True, text=True, timeout=30, check=True, cwd="/")
        outside.kill()
        outside.wait()
        assert done.stdout.split("\n") == ["a sandbox works", "end", ""]
    finally:
        shutil.rmtree(folder)


def test_a_closed_process_cannot_be_looked_into_by_its_own_user() -> None:
    script = (
        "from forgecrew.app.privacy import close_to_others; import os; print(close_to_others(), os.stat('/proc/self').st_uid)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("True 0")
