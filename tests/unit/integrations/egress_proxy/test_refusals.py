"""What must not be reached, however it is asked for."""

import ssl
from pathlib import Path

import pytest

from forgecrew.core.egress import EgressPolicy
from forgecrew.integrations.egress_proxy.egress import egress
from forgecrew.ports.egress import EgressSetup
from tests.egress_doors import client, door_port, proxy, server, text

SPELLINGS = [
    "127.0.0.1", "127.1", "0", "0.0.0.0", "2130706433", "0x7f000001", "0x7f.1", "017700000001", "0177.0.0.1", "[::1]",
    "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::]", "localhost", "LOCALHOST.", "[64:ff9b::7f00:1]", "169.254.169.254",
    "0xa9fea9fe", "100.64.0.1", "127.0.0.1%00.api.example.org", "10.0.0.1", "[fd00::1]", "[fe80::1%25eth0]", "192.168.1.1",
    "127.0.0.1\\@api.example.org", "api.example.org@127.0.0.1", "[2002:7f00:1::]", "other.example.org", "example.org",
    "\u2460\u2461\u2466.0.0.1", "127\u30020\u30020\u30021", "api.example.org\x00", "168.63.129.16",
]  # fmt: skip


@pytest.mark.parametrize("spelling", SPELLINGS)
async def test_no_spelling_of_an_inner_address_leads_anywhere(tmp_path: Path, spelling: str) -> None:
    names = {"api.example.org": ["127.0.0.1"], "localhost": ["127.0.0.1"]}
    async with server(text("inner")) as inner, proxy(tmp_path / "e", "api.example.org:1", names=names) as door:
        for port in (80, inner.port):
            for asked in (f"GET http://{spelling}:{port}/ HTTP/1.1", f"CONNECT {spelling}:{port} HTTP/1.1"):
                answer = await door.say(f"{asked}\r\nHost: {spelling}:{port}\r\n\r\n".encode())
                assert answer.split(b" ")[1] in (b"400", b"403"), answer
        assert inner.heads == []


async def test_a_name_that_leads_inside_is_refused_though_it_is_listed(tmp_path: Path) -> None:
    names = {
        "one.example.org": ["127.0.0.1"], "two.example.org": ["8.8.8.8", "10.0.0.1"], "six.example.org": ["::ffff:10.0.0.1"],
        "meta.example.org": ["169.254.169.254"],
    }  # fmt: skip
    async with server(text("inner")) as inner, proxy(tmp_path / "e", f"*.example.org:{inner.port}", names=names) as door:
        for name in names:
            assert b" 403 " in await door.get(f"http://{name}:{inner.port}/")
        assert b" 403 " in await door.get(f"http://none.example.org:{inner.port}/")
        assert inner.heads == []
        assert door.refusals[0] == f"one.example.org:{inner.port} an internal address (127.0.0.1)"
        assert door.refusals[-1] == f"none.example.org:{inner.port} it does not resolve"


async def test_the_address_that_was_checked_is_the_one_connected_to(tmp_path: Path) -> None:
    asked: list[str] = []

    def rebinding(host: str) -> list[str]:
        asked.append(host)
        return ["127.0.0.2"] if len(asked) == 1 else ["127.0.0.1"]

    async with server(text("inner")) as inner:
        allow = (f"api.example.org:{inner.port}", f"127.0.0.2:{inner.port}")
        async with proxy(tmp_path / "e", *allow, names=rebinding) as door:
            # The first answer is allowed and nobody listens there; the second, inside, is refused and never connected to.
            assert b" 502 " in await door.get(f"http://api.example.org:{inner.port}/")
            assert b" 403 " in await door.get(f"http://api.example.org:{inner.port}/")
    assert asked == ["api.example.org"] * 2
    assert inner.heads == []


async def test_a_redirect_inside_is_the_clients_next_request_and_refused(tmp_path: Path) -> None:
    async with server(text("inner")) as inner:
        away = text("", "302 Found", Location=f"http://127.0.0.1:{inner.port}/")
        async with server(away) as outer, proxy(tmp_path / "e", f"127.0.0.1:{outer.port}") as door:
            async with door_port(door.outlet) as at:
                told = await client("curl", "-sL", "-x", f"http://127.0.0.1:{at}", f"http://127.0.0.1:{outer.port}/")
            assert told == "forgecrew egress: refused: an internal address\n"
            assert door.refusals == [f"127.0.0.1:{inner.port} an internal address"]
        assert len(outer.heads) == 1
        assert inner.heads == []


async def test_ports_that_are_not_listed_are_refused(tmp_path: Path) -> None:
    async with proxy(tmp_path / "e", "api.example.org", names={"api.example.org": ["8.8.8.8"]}) as door:
        for port in (22, 25, 8080):
            place = f"api.example.org:{port}"
            assert b" 403 " in await door.say(f"CONNECT {place} HTTP/1.1\r\nHost: {place}\r\n\r\n".encode())
    assert door.refusals == [f"api.example.org:{port} port {port} is not allowed, only 80, 443" for port in (22, 25, 8080)]
    assert [one.reason != "" for one in door.told] == [True] * 3


SMUGGLED = [
    "GET http://api.example.org:{port}/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "GET http://{place}/ HTTP/1.1\r\nHost: {place}\r\nHost: 127.0.0.1\r\n\r\n",
    "POST http://{place}/ HTTP/1.1\r\nHost: {place}\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x",
    "POST http://{place}/ HTTP/1.1\r\nHost: {place}\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
    "POST http://{place}/ HTTP/1.1\r\nHost: {place}\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "GET http://{place}/ HTTP/1.1\r\nHost: {place}\r\nX-One: a\r\n folded\x00\r\n\r\n",
    "GET http://api.example.org:{port}/a\tb HTTP/1.1\r\nHost: api.example.org:{port}\r\n\r\n",
    "GET http://user@{place}/ HTTP/1.1\r\nHost: {place}\r\n\r\n",
    "GET https://{place}/ HTTP/1.1\r\nHost: {place}\r\n\r\n",
    "GET ftp://{place}/ HTTP/1.1\r\nHost: {place}\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: api.example.org:{port}\r\n\r\n",
    "TRACE http://{place}/ HTTP/1.1\r\nHost: {place}\r\n\r\n",
    "OPTIONS * HTTP/1.1\r\nHost: api.example.org:{port}\r\n\r\n",
    "CONNECT api.example.org HTTP/1.1\r\nHost: api.example.org\r\n\r\n",
    "CONNECT 127.0.0.1:{port} HTTP/1.1\r\nHost: api.example.org:{port}\r\n\r\n",
    "CONNECT api.example.org:{port} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n",
    "GET http://{place}/ HTTP/1.1\r\nHost: {place}\r\nX-Long: " + "a" * 200_000 + "\r\n\r\n",
    "\x16\x03\x01\x02\x00\x01 not http\r\n\r\n",
    "GET http://api.example.org:{port}/ HTTP/1.1\nHost : api.example.org:{port}\n\n",
]


@pytest.mark.parametrize("number", range(len(SMUGGLED)))
async def test_requests_that_could_be_read_in_two_ways_are_not_carried(tmp_path: Path, number: int) -> None:
    async with server(text("inner")) as inner:
        allow = (f"api.example.org:{inner.port}", f"127.0.0.2:{inner.port}", f"127.0.0.1:{inner.port}")
        async with proxy(tmp_path / "e", *allow, names={"api.example.org": ["127.0.0.1"]}) as door:
            answer = await door.say(
                SMUGGLED[number].format(port=inner.port, place=f"api.example.org:{inner.port}").encode("latin-1")
            )
        assert answer.split(b" ")[1] in (b"400", b"403"), answer
        assert inner.heads == []


async def test_what_follows_a_request_is_not_a_second_one(tmp_path: Path) -> None:
    async with server(text("inner")) as inner, proxy(tmp_path / "e", f"127.0.0.1:{inner.port}") as door:
        place = f"127.0.0.1:{inner.port}"
        first = f"GET http://{place}/one HTTP/1.1\r\nHost: {place}\r\nConnection: x-drop, keep-alive\r\nX-Drop: 1\r\n"
        second = "Proxy-Authorization: Basic abc\r\n\r\nGET /two HTTP/1.1\r\nHost: inner\r\n\r\n"
        answer = await door.say((first + second).encode())
    assert answer.endswith(b"inner")
    assert len(inner.heads) == 1
    head = inner.heads[0].lower()
    assert head.startswith(b"get /one http/1.1\r\nhost: 127.0.0.1:")
    assert b"x-drop" not in head
    assert b"proxy-authorization" not in head
    assert b"connection: close" in head


async def test_an_answer_cannot_smuggle_headers_or_switch_protocols(tmp_path: Path) -> None:
    answers = (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\nraw", b"HTTP/1.1 200 OK\r\nX: a\x00b\r\n\r\n",
        b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nX: " + b"a" * 200_000 + b"\r\n\r\n",
    )  # fmt: skip
    for raw in answers:
        async with server(raw) as inner, proxy(tmp_path / str(len(raw)), f"127.0.0.1:{inner.port}") as door:
            answer = await door.get(f"http://127.0.0.1:{inner.port}/", "Upgrade: x", "Connection: upgrade")
            assert not answer.startswith((b"HTTP/1.1 1", b"HTTP/1.1 200")), answer


async def test_tls_to_another_name_inside_a_tunnel_is_cut(tmp_path: Path) -> None:
    async with server(text("inner")) as inner:
        place = f"api.example.org:{inner.port}"
        allow = (place, f"127.0.0.1:{inner.port}")
        async with proxy(tmp_path / "e", *allow, names={"api.example.org": ["127.0.0.1"]}) as door:
            tunnel = f"CONNECT {place} HTTP/1.1\r\nHost: {place}\r\n\r\n".encode()
            assert b" 200 " in await door.say(tunnel + _hello("other.example.org"))
            assert inner.heads == []
            assert door.refusals == [f"other.example.org:{inner.port} TLS to another name inside a tunnel to api.example.org"]
            await door.say(tunnel + _hello(""))
            assert len(door.refusals) == 2


def _hello(host: str) -> bytes:
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    context = ssl.create_default_context()
    context.check_hostname = False
    talk = context.wrap_bio(incoming, outgoing, server_hostname=host or None)
    with pytest.raises(ssl.SSLWantReadError):
        talk.do_handshake()
    return outgoing.read()


async def test_a_policy_that_allows_nothing_has_no_door(tmp_path: Path) -> None:
    async def tell(_: object) -> None:
        raise AssertionError

    assert await egress(EgressSetup(tmp_path / "e")).open("box", EgressPolicy(), tell) is None
