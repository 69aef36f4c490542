"""Walls: what a hostile command tries, and does not reach."""

import http.server
import os
import socket
import subprocess
import threading
from pathlib import Path

import pytest

from forgecrew.core.command import Command
from forgecrew.core.errors import ConfigError
from forgecrew.ports.sandbox import Sandbox
from forgecrew.ports.sandbox_backend import SandboxBackend

from .conftest import Lacks
from .test_commands import sh

NETWORK = """
import socket
for family, address in ((2, ('127.0.0.1', PORT)), (2, ('10.0.0.1', 80)), (2, ('192.0.2.1', 80)), (1, '\\0ABSTRACT')):
    s = socket.socket(family); s.settimeout(2)
    try: s.connect(address); print('CONNECTED', address)
    except OSError as e: print(address, e)
for family in (17, 40, 38, 31):
    try: socket.socket(family, socket.SOCK_SEQPACKET if family == 38 else socket.SOCK_DGRAM); print('OPENED', family)
    except OSError as e: print(family, e)
"""
CALLS = """
import ctypes, os, platform
c = ctypes.CDLL(None, use_errno=True)
def t(name, *a):
    ctypes.set_errno(0); r = c.syscall(*a)
    print(name, 'DONE' if r >= 0 else os.strerror(ctypes.get_errno()), flush=True)
assert platform.machine() == 'x86_64'
t('ptrace', 101, 0, 0, 0, 0); t('mount', 165, b'none', b'/tmp', b'tmpfs', 0, None); t('unshare', 272, 0x10000000)
t('clone', 56, 0x10000000 | 17, 0, 0, 0, 0); t('keyctl', 250, 0, -3, 0); t('io_uring', 425, 1, 0); t('bpf', 321, 0, 0, 0)
t('perf', 298, 0, 0, 0, 0, 0); t('userfaultfd', 323, 0); t('chroot', 161, b'/workspace'); t('setuid', 105, 0)
t('open_by_handle', 304, -1, 0, 0); t('reboot', 169, 0, 0, 0, 0); t('init_module', 175, 0, 0, b''); t('setns', 308, 0, 0)
t('personality', 135, 0x0040000); t('process_vm_readv', 310, 1, 0, 0, 0, 0, 0); t('clone3', 435, 0, 0)
"""


async def test_files_of_the_host_are_not_there(sandbox: Sandbox, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("s3cr3t-abc")
    secret.chmod(0o644)
    result = await sandbox.exec(
        sh(f"cat /etc/shadow {secret} /proc/1/root{secret} /root/.ssh/*; ls /home /root /boot /sys /var/lib /run")
    )
    assert "s3cr3t" not in result.text
    assert "root:" not in result.text
    assert result.exit_code != 0


async def test_the_environment_of_the_host_is_not_there(sandbox: Sandbox) -> None:
    os.environ["FORGECREW_PLANTED"] = "s3cr3t-abc"
    try:
        result = await sandbox.exec(sh("cat /proc/*/environ | tr '\\0' '\\n'"))
    finally:
        del os.environ["FORGECREW_PLANTED"]
    assert "PATH=" in result.text
    assert "s3cr3t" not in result.text


async def test_processes_of_the_host_are_not_there(sandbox: Sandbox, marker: str) -> None:
    host = subprocess.Popen(["sleep", marker])
    try:
        result = await sandbox.exec(sh(f"cat /proc/*/cmdline | tr '\\0' ' '; kill -9 {host.pid} {os.getpid()}; kill -9 -1"))
        assert host.poll() is None
        assert marker not in result.text
    finally:
        host.kill()
        host.wait()


async def test_only_the_pipes_are_inherited(sandbox: Sandbox) -> None:
    result = await sandbox.exec(sh("ls -l /proc/self/fd | grep -o -- '-> .*'"))
    kinds = {line[3:].split(":")[0].split("/")[1 if line[3:].startswith("/") else 0] for line in result.text.splitlines()}
    assert kinds <= {"dev", "pipe", "proc"}, result.text


async def test_the_network_is_refused(sandbox: Sandbox) -> None:
    server = http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    name = f"forgecrew-{os.getpid()}"
    try:
        with socket.socket(socket.AF_UNIX) as abstract:
            abstract.bind(f"\0{name}")
            abstract.listen(1)
            script = NETWORK.replace("PORT", str(server.server_address[1])).replace("ABSTRACT", name)
            result = await sandbox.exec(Command(("python3", "-c", script)))
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert result.ok, result.text
    assert "CONNECTED" not in result.text
    assert "OPENED" not in result.text
    assert (await sandbox.exec(sh("grep -c : /proc/net/dev"))).text == "1\n"


async def test_loopback_inside_works(sandbox: Sandbox) -> None:
    script = (
        "import socket, threading\ns = socket.create_server(('127.0.0.1', 0))\n"
        "threading.Thread(target=lambda: s.accept()[0].sendall(b'hello')).start()\n"
        "print(socket.create_connection(s.getsockname()).recv(9))"
    )
    assert (await sandbox.exec(Command(("python3", "-c", script)))).text == "b'hello'\n"


async def test_nothing_outside_the_workspace_is_writable(sandbox: Sandbox) -> None:
    result = await sandbox.exec(
        sh(
            "for f in /x /usr/x /etc/x /etc/passwd /dev/x /proc/x /run/x /var/x /workspace/../y; do"
            " (echo x > $f) 2>/dev/null && echo W $f; done"
        )
    )
    assert result.text == ""
    assert not Path("/usr/x").exists()


async def test_the_kernel_is_not_steered(sandbox: Sandbox, lacks: Lacks) -> None:
    before = Path("/proc/sys/kernel/hostname").read_text()
    result = await sandbox.exec(
        sh(
            "echo pwned > /proc/sys/kernel/hostname; echo b > /proc/sysrq-trigger; echo 1 > /proc/sys/vm/drop_caches;"
            "echo '|x' > /proc/sys/kernel/core_pattern; cat /proc/cmdline /proc/kallsyms;"
            "echo -1000 > /proc/self/oom_score_adj && echo ADJUSTED"
        )
    )
    assert "ADJUSTED" not in result.text
    assert Path("/proc/sys/kernel/hostname").read_text() == before
    assert lacks("proc") or Path("/proc/cmdline").read_text().strip() not in result.text


async def test_dangerous_system_calls_are_refused(sandbox: Sandbox, backend: SandboxBackend) -> None:
    result = await sandbox.exec(Command(("python3", "-c", CALLS)))
    if (await backend.probe()).seccomp and os.uname().machine == "x86_64":
        assert len(result.text.splitlines()) == 18
    assert "DONE" not in result.text


async def test_no_privilege_is_held_or_gained(sandbox: Sandbox) -> None:
    result = await sandbox.exec(
        sh(
            "cp /bin/bash s; chmod 6755 s; ./s -p -c 'id -u'; grep -E 'CapEff|NoNewPrivs|Seccomp:' /proc/self/status;"
            "unshare -U true || echo walled"
        )
    )
    words = result.text.split()
    assert words[0] == "1000"
    assert words[words.index("CapEff:") + 1] == "0000000000000000"
    assert words[words.index("NoNewPrivs:") + 1] == "1"
    assert words[-1] == "walled"


async def test_one_sandbox_does_not_see_another(make, backend: SandboxBackend) -> None:
    one, two = await make(), await make()
    await one.exec(sh("echo mine > /tmp/note; echo mine > note"))
    result = await two.exec(sh("cat /tmp/note note ../box-1/workspace/note; ls /workspace /tmp"))
    assert "mine" not in result.text
    if (await backend.probe()).own_uid:
        one, two = (getattr(box, "inner", box) for box in (one, two))
        assert one.uid != two.uid
        assert {one.workspace.stat().st_uid, two.workspace.stat().st_uid} == {one.uid, two.uid}
        assert 0 not in (one.uid, two.uid)


async def test_an_archive_bomb_with_climbing_names_stays_inside(sandbox: Sandbox) -> None:
    script = (
        "import zipfile\nwith zipfile.ZipFile('b.zip', 'w', 8) as z:\n"
        "  with z.open('big', 'w', force_zip64=True) as m:\n    for _ in range(100): m.write(bytes(1 << 20))\n"
        "  z.writestr('../../../../tmp/climbed', 'x')\n"
    )
    await sandbox.exec(Command(("python3", "-c", script)))
    result = await sandbox.exec(sh("python3 -m zipfile -e b.zip out; stat -c %s out/big"))
    assert int(result.text.split()[-1]) <= 32 << 20
    assert not Path("/tmp/climbed").exists()


async def test_a_mount_is_shown_read_only_at_its_path(make, tmp_path: Path, lacks: Lacks) -> None:
    shown = tmp_path / "tools"
    shown.mkdir()
    if lacks("mounts"):
        with pytest.raises(ConfigError, match="mount"):
            await make(mounts=(str(shown),))
        return
    (shown / "hello").write_text("#!/bin/sh\necho hi\n")
    (shown / "hello").chmod(0o755)
    box = await make(mounts=(str(shown),), path=f"{shown}:/usr/bin:/bin")
    result = await box.exec(sh(f"hello; touch {shown}/x 2>/dev/null || echo refused; ls {tmp_path}"))
    assert result.text.split() == ["hi", "refused", "tools"]
