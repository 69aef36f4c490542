"""What is allowed passes whole, within its bounds."""

import asyncio
import stat
from pathlib import Path

import pytest

from forgecrew.core.relay import relay
from forgecrew.integrations.egress_proxy import link, way
from tests.egress_doors import client, door_port, listening, proxy, server, text


async def test_a_request_with_a_body_and_its_answer_pass_whole(tmp_path: Path) -> None:
    body = bytes(range(256)) * 4000

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        assert b"content-length: 1024000" in head.lower()
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        left = len(body)
        while left:
            block = await reader.read(min(left, 50_000))
            left -= len(block)
            writer.write(b"%x\r\n%s\r\n" % (len(block), block))
            await writer.drain()
        writer.write(b"0\r\n\r\n")
        writer.close()

    async with listening(echo) as port, proxy(tmp_path / "e", f"127.0.0.1:{port}") as door:
        sent = tmp_path / "sent"
        sent.write_bytes(body)
        async with door_port(door.outlet) as at:
            target, got = f"http://127.0.0.1:{port}/", tmp_path / "got"
            await client("curl", "-s", "-x", f"http://127.0.0.1:{at}", "--data-binary", f"@{sent}", "-o", str(got), target)
    assert got.read_bytes() == body
    assert [one.place for one in door.told] == [f"127.0.0.1:{port}"]


async def test_a_tunnel_carries_both_directions_untouched(tmp_path: Path) -> None:
    async def upper(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"hello first\n")
        while line := await reader.readline():
            writer.write(line.upper())
        writer.close()

    async with listening(upper) as port, proxy(tmp_path / "e", f"127.0.0.1:{port}") as door:
        reader, writer = await asyncio.open_unix_connection(door.outlet.doors[0].socket)
        writer.write(f"CONNECT 127.0.0.1:{port} HTTP/1.0\r\n\r\n".encode())
        assert b"200" in await reader.readuntil(b"\r\n\r\n")
        assert await reader.readline() == b"hello first\n"
        writer.write(b"abc\n")
        assert await reader.readline() == b"ABC\n"
        writer.write_eof()
        assert await reader.read() == b""
        writer.close()


async def test_the_socket_is_for_this_user_alone_and_goes_with_the_outlet(tmp_path: Path) -> None:
    async with proxy(tmp_path / "e", "api.example.org") as door:
        socket = Path(door.outlet.doors[0].socket)
        assert stat.S_IMODE(socket.stat().st_mode) == 0o600
        assert stat.S_IMODE(socket.parent.stat().st_mode) == 0o700
        await door.outlet.close()
        await door.outlet.close()
        assert not socket.exists()


async def test_a_folder_with_a_long_path_has_its_sockets_elsewhere(tmp_path: Path) -> None:
    async with proxy(tmp_path / ("long" * 30), "api.example.org", names={"api.example.org": []}) as door:
        assert b" 403 " in await door.get("http://api.example.org/")
        await door.egress.close()


async def test_a_client_that_trickles_its_request_is_told_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(way, "HEAD_SECONDS", 0.3)
    async with proxy(tmp_path / "e", "api.example.org") as door:
        assert b" 408 " in await door.say(b"GET http://api.example.org/ HTTP/1.1\r\nHost: api.exa")


async def test_a_server_that_never_answers_ends_with_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link, "IDLE_SECONDS", 0.3)
    asked = asyncio.Event()

    async def silent(_: bytes) -> bytes:
        await asked.wait()
        return b""

    async with server(silent) as inner, proxy(tmp_path / "e", f"127.0.0.1:{inner.port}") as door:
        assert b" 408 " in await door.get(f"http://127.0.0.1:{inner.port}/")
        asked.set()


async def test_bytes_and_connections_are_bounded(tmp_path: Path) -> None:
    async with server(text("x" * 200_000)) as inner:
        async with proxy(tmp_path / "e", f"127.0.0.1:{inner.port}", bytes_max=100_000) as door:
            assert len(await door.get(f"http://127.0.0.1:{inner.port}/")) < 110_000
        async with proxy(tmp_path / "f", f"127.0.0.1:{inner.port}", connections_max=2) as door:
            held = [await asyncio.open_unix_connection(door.outlet.doors[0].socket) for _ in range(2)]
            assert await door.get(f"http://127.0.0.1:{inner.port}/") == b""
            for _, writer in held:
                writer.close()
                await writer.wait_closed()
            while not (answer := await door.get(f"http://127.0.0.1:{inner.port}/")):
                await asyncio.sleep(0)
            assert answer.endswith(b"x")


async def test_through_the_proxy_that_this_machine_needs(tmp_path: Path) -> None:
    """The upstream is asked for the checked address, so that a name cannot mean something else there."""
    seen: list[bytes] = []

    async with server(text("inner")) as inner:

        async def upstream(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            seen.append((await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")[0])
            writer.write(b"HTTP/1.1 200 ok\r\n\r\n")
            await relay((reader, writer), await asyncio.open_connection("127.0.0.1", inner.port))

        async with listening(upstream) as up:
            address, names = f"http://127.0.0.1:{up}", {"api.example.org": ["8.8.8.8"]}
            async with proxy(tmp_path / "e", "api.example.org", names=names, upstream=address) as door:
                assert (await door.get("http://api.example.org/")).endswith(b"inner")
            async with proxy(tmp_path / "f", "api.example.org", upstream=address, upstream_resolves=True) as door:
                assert (await door.get("http://api.example.org/")).endswith(b"inner")
                assert b" 403 " in await door.get("http://127.0.0.1/")
    assert seen == [b"CONNECT 8.8.8.8:80 HTTP/1.1", b"CONNECT api.example.org:80 HTTP/1.1"]
