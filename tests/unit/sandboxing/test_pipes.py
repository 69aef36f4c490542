"""Descriptors that are waited for: closing one wakes who waits, and frees its number for another."""

import asyncio
import os
import socket

import pytest

from forgecrew.sandboxing.pipes import Pipe, Watched, WatchedSocket


def pair() -> tuple[int, int]:
    return os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)


async def soon(task: "asyncio.Future[None]") -> None:
    async with asyncio.timeout(5):
        await task


async def test_closing_wakes_who_waits() -> None:
    reader, writer = pair()
    watched = Watched(reader)
    waiting = asyncio.ensure_future(watched.ready())
    await asyncio.sleep(0)
    watched.close()
    await soon(waiting)
    watched.close()
    await soon(asyncio.ensure_future(watched.ready()))
    os.close(writer)


@pytest.mark.parametrize("kept", [True, False], ids=["its twin stays open", "it is the last"])
async def test_the_next_one_of_its_number_is_told_of(kept: bool) -> None:
    reader, writer = pair()
    twin = os.dup(reader) if kept else -1
    watched = Watched(reader)
    first = asyncio.ensure_future(watched.ready())
    await asyncio.sleep(0)
    watched.close()
    fresh, told = pair()
    if fresh != reader:
        os.dup2(fresh, reader)
        os.close(fresh)
    second = Watched(reader)
    waiting = asyncio.ensure_future(second.ready())
    await soon(first)
    os.write(told, b"x")
    await soon(waiting)
    second.close()
    for fd in (writer, told, *([twin] if kept else [])):
        os.close(fd)


async def test_one_that_is_cancelled_leaves_nothing_behind() -> None:
    reader, writer = pair()
    watched = Watched(reader)
    waiting = asyncio.ensure_future(watched.ready())
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert not asyncio.get_running_loop().remove_reader(reader)
    watched.close()
    os.close(writer)


async def test_a_pipe_that_is_closed_while_it_is_read_has_ended() -> None:
    reader, writer = pair()
    pipe = Pipe(reader)
    reading = asyncio.ensure_future(pipe.read())
    await asyncio.sleep(0)
    pipe.close()
    async with asyncio.timeout(5):
        assert await reading == b""
    os.close(writer)


def test_it_can_be_closed_when_its_loop_has_ended() -> None:
    reader, writer = pair()

    async def leave() -> Watched:
        watched = Watched(reader)
        watched.left = asyncio.ensure_future(watched.ready())  # type: ignore[attr-defined]
        await asyncio.sleep(0)
        return watched

    asyncio.run(leave()).close()
    os.close(writer)


async def test_a_loop_that_debugs_speaks_on_a_watched_socket() -> None:
    asyncio.get_running_loop().set_debug(True)
    ours, theirs = socket.socketpair()
    watched = WatchedSocket(ours)
    await asyncio.get_running_loop().sock_sendall(watched.end, b"x")
    assert theirs.recv(1) == b"x"
    watched.close()
    theirs.close()
