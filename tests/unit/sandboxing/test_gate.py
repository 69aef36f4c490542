"""The host's side of a gate, against a gate that answers late, wrongly or not at all."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator

import pytest

from forgecrew.sandboxing.gate import Gate
from forgecrew.sandboxing.traffic import Traffic

FAMILIES = {b"4": socket.AF_INET, b"6": socket.AF_INET6}


@pytest.fixture
async def inside() -> AsyncIterator[tuple[Gate, socket.socket]]:
    """A served gate, and the end of the one inside, which has said that it has no doors."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    theirs.setblocking(False)

    async def reached() -> socket.socket:
        return ours

    gate = Gate(reached, (), Traffic())
    serving = asyncio.ensure_future(gate.serve())
    theirs.send(b".")
    yield gate, theirs
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)
    theirs.close()


async def asked(theirs: socket.socket) -> bytes:
    async with asyncio.timeout(5):
        return await asyncio.get_running_loop().sock_recv(theirs, 1)


def give(theirs: socket.socket, letter: bytes) -> None:
    with socket.socket(FAMILIES[letter]) as fresh:
        socket.send_fds(theirs, [b"."], [fresh.fileno()])


async def answer_all(theirs: socket.socket) -> None:
    while letter := await asyncio.get_running_loop().sock_recv(theirs, 1):
        give(theirs, letter)


async def test_an_answer_that_nobody_waits_for_is_not_the_next_ones(inside: tuple[Gate, socket.socket]) -> None:
    gate, theirs = inside
    gone = asyncio.ensure_future(gate.connect(1))
    assert await asked(theirs) == b"4"
    gone.cancel()
    await asyncio.gather(gone, return_exceptions=True)
    give(theirs, b"4")
    answering = asyncio.ensure_future(answer_all(theirs))
    with socket.create_server(("127.0.0.1", 0)) as server:
        for _ in range(3):
            with pytest.raises(ConnectionRefusedError):
                await gate.connect(1)  # asks for both families
        async with asyncio.timeout(5):
            _, writer = await gate.connect(server.getsockname()[1])
        writer.close()
    answering.cancel()


async def test_who_left_before_it_was_asked_for_is_not_asked_for(inside: tuple[Gate, socket.socket]) -> None:
    gate, theirs = inside
    first, second, third = (asyncio.ensure_future(gate.connect(1)) for _ in range(3))
    assert await asked(theirs) == b"4"
    second.cancel()
    await asyncio.sleep(0)
    give(theirs, b"4")
    answering = asyncio.ensure_future(answer_all(theirs))
    for one in (first, third):
        with pytest.raises(ConnectionRefusedError):
            await one
    answering.cancel()


@pytest.mark.parametrize("said", [b"-", b"wrong family"])
async def test_a_gate_that_gives_nothing_of_use_is_a_port_where_nobody_listens(
    inside: tuple[Gate, socket.socket], said: bytes
) -> None:
    gate, theirs = inside
    asking = asyncio.ensure_future(gate.connect(1))
    for other in (b"6", b"4"):
        await asked(theirs)
        give(theirs, other) if said != b"-" else theirs.send(said)
    with pytest.raises(ConnectionRefusedError):
        await asking


async def test_a_gate_that_is_gone_refuses_at_once(inside: tuple[Gate, socket.socket]) -> None:
    gate, theirs = inside
    theirs.close()
    for _ in range(2):
        with pytest.raises(ConnectionRefusedError):
            async with asyncio.timeout(5):
                await gate.connect(1)


async def test_who_waits_when_serving_ends_is_refused_at_once() -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)

    async def reached() -> socket.socket:
        return ours

    gate = Gate(reached, (), Traffic())
    serving = asyncio.ensure_future(gate.serve())
    theirs.send(b".")
    asking = [asyncio.ensure_future(gate.connect(1)) for _ in range(3)]
    await asyncio.sleep(0.01)
    serving.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await serving
    for one in [*asking, gate.connect(1)]:
        with pytest.raises(ConnectionRefusedError):
            async with asyncio.timeout(5):
                await one
    theirs.close()
