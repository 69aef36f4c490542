"""Doors, the environment of a sandbox, and bounds of one command: what reaches every command and cell."""

import asyncio
import contextlib
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from forgecrew.core.command import Command
from forgecrew.core.errors import ConfigError
from forgecrew.core.sandbox import Door, SandboxSpec
from forgecrew.ports.sandbox_backend import SandboxBackend

from .conftest import SMALL, Lacks, Make, Open
from .test_commands import sh
from .test_services import logged

CALL = """
import socket
with socket.create_connection(("127.0.0.1", PORT), 5) as one:
    one.sendall(b"x" * 300000); one.shutdown(socket.SHUT_WR)
    answer = b""
    while block := one.recv(65536): answer += block
print(answer.decode(), flush=True)
"""
REFUSED = """
import socket
try:
    with socket.create_connection(("127.0.0.1", 3128), 5) as one: print("reached", one.recv(10))
except OSError as error: print(type(error).__name__)
"""


@contextlib.asynccontextmanager
async def outside(path: Path, name: str) -> AsyncIterator[Door]:
    """Something of the host that answers with its name and how much it got."""

    async def answer(reader: StreamReader, writer: StreamWriter) -> None:
        writer.write(f"{name} {len(await reader.read())}".encode())
        writer.close()

    server = await asyncio.start_unix_server(answer, path)
    async with server:
        yield Door(3128, str(path))


def call(port: int = 3128) -> str:
    return CALL.replace("PORT", str(port))


async def test_doors_lead_out_of_every_command_cell_and_service(make: Make, tmp_path: Path, lacks: Lacks) -> None:
    if lacks("doors"):
        with pytest.raises(ConfigError, match="door"):
            await make(doors=(Door(3128, str(tmp_path / "a")),))
        return
    async with outside(tmp_path / "a", "one") as one, outside(tmp_path / "b", "two") as two:
        box = await make(doors=(one, replace(two, port=8080)))
        for _ in range(2):
            assert (await box.exec(Command(("python3", "-c", call())))).text == "one 300000\n"
            assert (await box.exec(Command(("python3", "-c", call(8080))))).text == "two 300000\n"
            assert (await box.cell(call())).text == "one 300000\n"
            assert (await box.cell(call(8080))).text == "two 300000\n"
        service = await box.start(Command(("python3", "-c", call() + "import time\ntime.sleep(1000)")))
        assert await logged(service, b"\n") == b"one 300000\n"
        assert (await box.exec(sh("exit 7"))).exit_code == 7
        assert (await box.exec(sh("ls -A"))).text == ""


async def test_bytes_that_pass_the_doors_are_counted(make: Make, tmp_path: Path, lacks: Lacks) -> None:
    if lacks("doors"):
        assert (await (await make()).use()).bytes_in is None
        return
    async with outside(tmp_path / "a", "one") as one:
        box, other = await make(doors=(one,)), await make(doors=(one,))
        before = await box.use()
        assert (before.bytes_in, before.bytes_out) == (0, 0)
        assert (await box.exec(Command(("python3", "-c", call())))).text == "one 300000\n"
        assert (await box.cell(call())).text == "one 300000\n"
        after, beside = await box.use(), await other.use()
        assert (after.bytes_in, after.bytes_out) == (2 * len("one 300000"), 600_000)
        assert (beside.bytes_in, beside.bytes_out) == (0, 0)


async def test_many_streams_pass_one_door(make: Make, tmp_path: Path, lacks: Lacks) -> None:
    if lacks("doors"):
        with pytest.raises(ConfigError, match="door"):
            await make(doors=(Door(3128, str(tmp_path / "a")),))
        return
    many = "import concurrent.futures as f\ndef one(n):\n" + "".join(f"  {line}\n" for line in call().strip().splitlines())
    many += "list(f.ThreadPoolExecutor(20).map(one, range(60)))"
    async with outside(tmp_path / "a", "one") as door:
        box = await make(doors=(door,), profile=replace(SMALL, memory_bytes=4 << 30))
        result = await box.exec(Command(("python3", "-c", many)))
    assert result.text.split().count("300000") == 60, result.text


async def test_without_a_door_there_is_no_way_out(make: Make, tmp_path: Path) -> None:
    async with outside(tmp_path / "a", "one"):
        box = await make()
        assert (await box.exec(Command(("python3", "-c", REFUSED)))).text == "ConnectionRefusedError\n"


async def test_a_door_that_nobody_serves_ends_the_stream(make: Make, tmp_path: Path, lacks: Lacks) -> None:
    if lacks("doors"):
        with pytest.raises(ConfigError, match="door"):
            await make(doors=(Door(3128, str(tmp_path / "a")),))
        return
    box = await make(doors=(Door(3128, str(tmp_path / "nobody")),))
    assert (await box.exec(Command(("python3", "-c", REFUSED)))).text in ("ConnectionResetError\n", "reached b''\n")


async def test_doors_that_cannot_be_are_refused(backend: SandboxBackend, tmp_path: Path) -> None:
    good = str(tmp_path / "a")
    for doors in (
        (Door(80, good),),
        (Door(70_000, good),),
        (Door(3128, good), Door(3128, good)),
        (Door(3128, "relative"),),
        (Door(3128, "/" + "x" * 107),),
    ):
        with pytest.raises(ConfigError, match="door"):
            await backend.create(SandboxSpec("d", doors=doors))


async def test_doors_and_environment_outlive_the_backend(open_backend: Open, tmp_path: Path, lacks: Lacks) -> None:
    async with outside(tmp_path / "a", "one") as door:
        spec = SandboxSpec(
            "stays", profile=SMALL, env=(("WORD", "hello"),), doors=() if lacks("doors") else (door,), image="any"
        )
        await open_backend(tmp_path / "s").create(spec)
        found = await open_backend(tmp_path / "s").attach("stays")
        assert found is not None
        assert found.spec == spec
        if not lacks("doors"):
            assert (await found.exec(Command(("python3", "-c", call())))).text == "one 300000\n"
        assert (await found.exec(sh("echo $WORD"))).text == "hello\n"
        await found.destroy()


async def test_the_environment_reaches_every_command_cell_and_service(make: Make) -> None:
    box = await make(env=(("WORD", "hello world"), ("HOME", "/workspace")))
    assert (await box.exec(sh('echo "$WORD $HOME"'))).text == "hello world /workspace\n"
    assert (await box.exec(sh('echo "$WORD"', env=(("WORD", "own"),)))).text == "own\n"
    assert (await box.cell("import os; print(os.environ['WORD'])")).text == "hello world\n"
    assert (await (await box.start(sh('echo "$WORD"'))).wait()).text == "hello world\n"


async def test_a_command_may_have_bounds_of_its_own(make: Make) -> None:
    box = await make()
    files = sh("ulimit -n")
    assert (await box.exec(files)).text == f"{SMALL.open_files}\n"
    assert (await box.exec(replace(files, profile=replace(SMALL, open_files=99)))).text == "99\n"
    assert (await box.exec(files)).text == f"{SMALL.open_files}\n"
    short = sh("echo begun; sleep 60", profile=replace(SMALL, wall_seconds=0.5))
    assert (await box.exec(short)).reason == "timeout"
    loud = await box.exec(sh("head -c 50000 /dev/zero", profile=replace(SMALL, output_bytes=1000)))
    assert (loud.dropped_bytes, loud.reason) == (49000, "exit")
    large = Command(("python3", "-c", "x = bytearray(b'x') * (200 << 20); print(len(x))"))
    assert not (await box.exec(large)).ok
    assert (await box.exec(replace(large, profile=replace(SMALL, memory_bytes=512 << 20)))).ok
    many = sh("for i in $(seq 40); do sleep 0.2 & done; wait; echo fine")
    assert (await box.exec(many)).text == "fine\n"
    assert "fine" not in (await box.exec(replace(many, profile=replace(SMALL, pids=20)))).text
