"""Services: commands that go on, what they print, streams to their ports, their end."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from asyncio import StreamReader, StreamWriter
from pathlib import Path

import pytest

from forgecrew.core.command import Command
from forgecrew.core.errors import SandboxUnavailable
from forgecrew.core.sandbox import Profile
from forgecrew.ports.sandbox import Sandbox
from forgecrew.ports.sandbox_backend import SandboxBackend
from forgecrew.ports.service import Service

from .conftest import SMALL, Kind, Lacks, Make, running
from .test_commands import sh
from .test_limits import gone

SERVER = ("python3", "-u", "-m", "http.server", "--bind", "127.0.0.1", "8000")
SIXES = """
import socket
with socket.create_server(("::1", 8000), family=socket.AF_INET6) as server:
    while 1:
        one, _ = server.accept()
        one.sendall(b"six"); one.close()
"""
ECHO = """
import socket, threading
def serve(one):
    while block := one.recv(65536): one.sendall(block)
    one.close()
with socket.create_server(("127.0.0.1", 8000)) as server:
    while 1: threading.Thread(target=serve, args=(server.accept()[0],), daemon=True).start()
"""
MORTAL = """
import os, socket
with socket.create_server(("127.0.0.1", 8000)) as server:
    while 1:
        one, _ = server.accept()
        if one.recv(16) == b"die": os._exit(3)
        one.close()
"""
CONTROLLER = """
import asyncio, sys
from pathlib import Path
from forgecrew.core.sandbox import SandboxSpec
from forgecrew.core.command import Command
exec(sys.argv[2])

async def main():
    box = await backend(Path(sys.argv[1])).create(SandboxSpec("left"))
    await box.start(Command(("sh", "-c", f"echo begun; sleep {sys.argv[3]}")), lambda block: print("begun", flush=True))
    await asyncio.sleep(1000)

asyncio.run(main())
"""


async def listening(service: Service, port: int = 8000) -> tuple[StreamReader, StreamWriter]:
    """A stream as soon as somebody listens; its log when it ends before."""
    async with asyncio.timeout(20):
        while True:
            with contextlib.suppress(ConnectionRefusedError):
                return await service.connect(port)
            await asyncio.sleep(0.01)


async def get(service: Service, path: str = "/") -> bytes:
    reader, writer = await listening(service)
    writer.write(f"GET {path} HTTP/1.0\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    return answer


async def logged(service: Service, word: bytes) -> bytes:
    async with asyncio.timeout(20):
        while word not in service.log():
            await asyncio.sleep(0.01)
    return service.log()


async def test_a_service_goes_on_beside_commands_until_it_is_stopped(sandbox: Sandbox, marker: str) -> None:
    heard: list[bytes] = []
    service = await sandbox.start(sh(f"echo begun; echo err >&2; sleep {marker}"), heard.append)
    assert await logged(service, b"err") == b"begun\nerr\n"
    assert b"".join(heard) == b"begun\nerr\n"
    assert (await sandbox.exec(sh("echo beside"))).text == "beside\n"
    assert running(marker)
    result = await service.stop()
    assert (result.reason, result.exit_code, result.text) == ("killed", None, "begun\nerr\n")
    assert running(marker) == []
    assert await service.stop() == result
    assert await service.wait() == result


async def test_a_service_that_ends_by_itself_is_told_with_its_status(sandbox: Sandbox) -> None:
    service = await sandbox.start(sh("cat; echo done > made; exit 3", stdin=b"given\n"))
    result = await service.wait()
    assert (result.reason, result.exit_code, result.text) == ("exit", 3, "given\n")
    assert await sandbox.read("made") == b"done\n"
    assert await service.stop() == result
    with pytest.raises(ConnectionRefusedError):
        await service.connect(8000)


async def test_a_program_that_does_not_exist_is_a_result(sandbox: Sandbox) -> None:
    result = await (await sandbox.start(Command(("no-such-program-here",)))).wait()
    assert result.exit_code not in (0, None)
    assert "no-such-program-here" in result.text


async def test_the_host_reaches_a_port_of_the_service(sandbox: Sandbox, lacks: Lacks) -> None:
    if lacks("ports"):
        pytest.skip("ports of a service are not reached: a named gap")
    await sandbox.write("index.html", b"hello from inside")
    service = await sandbox.start(Command(SERVER))
    for _ in range(4):  # five at once: where memory is bounded by addresses, a thread costs its whole stack of 8 MiB
        answers = await asyncio.gather(*(get(service) for _ in range(5)))
        assert [answer for answer in answers if not answer.endswith(b"hello from inside")] == []
    assert b"GET / " in service.log()


async def test_a_service_that_knows_version_six_alone_is_reached(sandbox: Sandbox, lacks: Lacks) -> None:
    if lacks("ports"):
        pytest.skip("ports of a service are not reached: a named gap")
    service = await sandbox.start(Command(("python3", "-c", SIXES)))
    reader, writer = await listening(service)
    assert await reader.read() == b"six"
    writer.close()


async def test_a_stream_carries_much_and_binary_both_ways(sandbox: Sandbox, lacks: Lacks) -> None:
    if lacks("ports"):
        pytest.skip("ports of a service are not reached: a named gap")
    service = await sandbox.start(Command(("python3", "-c", ECHO)))
    reader, writer = await listening(service)
    content = os.urandom(4 << 20)
    writer.write(content)
    writer.write_eof()
    assert await reader.read() == content
    writer.close()


async def test_nobody_listening_is_told(sandbox: Sandbox, marker: str) -> None:
    service = await sandbox.start(sh(f"sleep {marker}"))
    with pytest.raises(ConnectionRefusedError):
        await service.connect(8000)
    await service.stop()
    with pytest.raises(ConnectionRefusedError):
        await service.connect(8000)


async def test_services_of_one_sandbox_have_ports_of_their_own(sandbox: Sandbox, lacks: Lacks) -> None:
    if lacks("ports"):
        pytest.skip("ports of a service are not reached: a named gap")
    await sandbox.exec(sh("mkdir one two; echo 1st > one/index.html; echo 2nd > two/index.html"))
    one, two = [await sandbox.start(Command(SERVER, cwd=name)) for name in ("one", "two")]
    assert (await get(one)).endswith(b"1st\n")
    assert (await get(two)).endswith(b"2nd\n")


async def test_the_next_one_is_reached_though_many_knocked_at_the_last_one(sandbox: Sandbox, lacks: Lacks) -> None:
    if lacks("ports"):
        pytest.skip("ports of a service are not reached: a named gap")

    async def knock(service: Service, stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            with contextlib.suppress(ConnectionRefusedError):
                (await service.connect(8000))[1].close()
            await asyncio.sleep(0)

    knocking: list[asyncio.Task[None]] = []
    for _ in range(12):
        service = await sandbox.start(Command(("python3", "-c", MORTAL)))
        _, writer = await listening(service)
        stopping = asyncio.Event()
        knocking += [asyncio.ensure_future(knock(service, stopping)) for _ in range(3)]
        await asyncio.sleep(0.03)
        writer.write(b"die")
        assert (await service.wait()).exit_code == 3
        writer.close()
        stopping.set()
    async with asyncio.timeout(5):
        await asyncio.gather(*knocking)


async def test_removing_the_sandbox_ends_its_services(sandbox: Sandbox, marker: str) -> None:
    services = [await sandbox.start(sh(f"echo begun; sleep {marker}")) for _ in range(3)]
    for service in services:
        await logged(service, b"begun")
    await sandbox.destroy()
    assert running(marker) == []
    assert {(await service.wait()).reason for service in services} == {"killed"}
    with pytest.raises(SandboxUnavailable):
        await sandbox.start(sh("true"))


async def test_reaping_ends_services_of_what_is_not_kept(make: Make, backend: SandboxBackend, marker: str) -> None:
    service = await (await make(id="goes")).start(sh(f"echo begun; sleep {marker}"))
    await logged(service, b"begun")
    assert list(await backend.reap(keep=())) == ["goes"]
    assert running(marker) == []
    assert (await service.wait()).reason == "killed"


async def test_a_killed_controller_leaves_no_service(kind: Kind, tmp_path: Path, marker: str, lacks: Lacks) -> None:
    line = [sys.executable, "-c", CONTROLLER, str(tmp_path / "sandboxes"), kind.source, marker]
    with subprocess.Popen(line, stdout=subprocess.PIPE) as controller:
        assert controller.stdout is not None
        assert controller.stdout.readline() == b"begun\n"
        assert running(marker)
        os.kill(controller.pid, signal.SIGKILL)
    assert await gone(marker, 30 if lacks("controller") else 2)


async def test_a_service_has_no_time_limit_but_its_own(make: Make, marker: str) -> None:
    short = await make(profile=Profile(wall_seconds=0.2))
    endless = await short.start(sh("sleep 0.6; echo still here"))
    bounded = await short.start(sh(f"sleep {marker}", timeout_seconds=0.3))
    assert (await bounded.wait()).reason == "timeout"
    assert running(marker) == []
    assert (await endless.wait()).text == "still here\n"


async def test_the_log_of_an_endless_service_is_bounded(sandbox: Sandbox) -> None:
    service = await sandbox.start(sh("echo first; exec yes"))
    async with asyncio.timeout(20):
        while b"left out" not in service.log():
            await asyncio.sleep(0.01)
    assert service.log().startswith(b"first\n")
    assert len(service.log()) < SMALL.output_bytes + 100
    result = await service.stop()
    assert result.reason == "killed"
    assert result.dropped_bytes > 0


async def test_a_log_may_be_no_text(sandbox: Sandbox) -> None:
    service = await sandbox.start(Command(("python3", "-c", "import os; os.write(1, bytes(range(256)))")))
    assert (await service.wait()).output == bytes(range(256))
    assert service.log() == bytes(range(256))


async def test_what_is_used_is_told(sandbox: Sandbox) -> None:
    await sandbox.write("large", b"x" * (4 << 20))
    before = await sandbox.use()
    assert not before.processes
    assert before.disk_bytes is None or 4 << 20 <= before.disk_bytes < 16 << 20
    script = "x = bytearray(b'x') * (32 << 20)\nfor i in range(10 ** 6): pass\nprint('begun', flush=True)\ninput()"
    service = await sandbox.start(Command(("python3", "-c", "import time\n" + script.replace("input()", "time.sleep(1000)"))))
    await logged(service, b"begun")
    use = await sandbox.use()
    assert use.processes is None or 1 <= use.processes < 10
    assert use.memory_bytes is None or 32 << 20 <= use.memory_bytes < 160 << 20
    assert use.cpu_seconds is None or 0.001 < use.cpu_seconds < 20
    await service.stop()
    assert not (await sandbox.use()).processes
