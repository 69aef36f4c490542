"""A credential is added outside the sandbox, to one place alone, and does not come back."""

import base64
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from forgecrew.core.egress import Credential
from tests.egress_doors import Proxy, Server, authority, client, door_port, proxy, server, text

SECRET = "Bearer s3cr3t-value-0123456789"


@asynccontextmanager
async def house(
    tmp_path: Path, path: str = "/private/", answer: bytes | None = None, value: str = SECRET
) -> AsyncIterator[tuple[Proxy, Server, Server, int]]:
    """A proxy with a credential for api.example.org, that server, another one that is merely allowed, and the door's port."""
    ours, file = authority(tmp_path / "authority")

    async def echo(head: bytes) -> bytes:
        return answer or text(head.decode(), X_Seen=head.decode().replace("\r\n", "|"))

    async with (
        server(echo, context=ours.context("api.example.org")) as api,
        server(echo, context=ours.context("other.example.org")) as other,
    ):
        credential = Credential("forge", "https", "api.example.org", api.port, path, "Authorization", value)
        allow = (f"api.example.org:{api.port}", f"other.example.org:{other.port}", f"other.example.org:{api.port}",
                 f"127.0.0.1:{api.port}", f"127.0.0.1:{other.port}")  # fmt: skip
        names = {"api.example.org": ["127.0.0.1"], "other.example.org": ["127.0.0.1"]}
        async with (
            proxy(tmp_path / "e", *allow, names=names, credentials=(credential,), ca_file=file) as door,
            door_port(door.outlet) as port,
        ):
            yield door, api, other, port


async def curl(door: Proxy, port: int, *arguments: str) -> str:
    """curl as it runs inside: with the outlet's environment, where the port of the door is another one here."""
    env = {name: value.replace(":3128", f":{port}") for name, value in door.outlet.env if "NO_PROXY" not in name.upper()}
    return await client("curl", "-sS", *arguments, **env)


async def test_the_header_is_added_for_its_place_and_the_client_verifies_our_certificate(tmp_path: Path) -> None:
    async with house(tmp_path) as (door, api, other, port):
        output = await curl(door, port, "-H", "Authorization: own", f"https://api.example.org:{api.port}/private/x?y=1")
        assert api.heads[0].lower().count(b"authorization: ") == 1
        assert f"authorization: {SECRET}".lower().encode() in api.heads[0].lower()
        assert b"GET /private/x?y=1 HTTP/1.1\r\n" in api.heads[0]
        assert output.startswith("GET /private/x?y=1")
        assert "s3cr3t" not in output

        await curl(door, port, f"https://api.example.org:{api.port}/public", "-H", "Authorization: own")
        assert b"s3cr3t" not in api.heads[1]
        assert b"authorization: own" in api.heads[1].lower()

        output = await curl(door, port, f"https://other.example.org:{other.port}/private/x")
        assert output.startswith("GET /private/x")  # untouched: the server's own certificate was verified
        assert b"s3cr3t" not in other.heads[0]


async def test_a_redirect_elsewhere_goes_without_it(tmp_path: Path) -> None:
    async with server(text("there")) as there:
        away = text("", "302 Found", Location=f"http://127.0.0.1:{there.port}/private/x")
        ours, file = authority(tmp_path / "authority")
        async with server(away, context=ours.context("api.example.org")) as api:
            credential = Credential("forge", "https", "api.example.org", api.port, "/", "Authorization", SECRET)
            allow = (f"api.example.org:{api.port}", f"127.0.0.1:{api.port}", f"127.0.0.1:{there.port}")
            names = {"api.example.org": ["127.0.0.1"]}
            async with (
                proxy(tmp_path / "e", *allow, names=names, credentials=(credential,), ca_file=file) as door,
                door_port(door.outlet) as port,
            ):
                assert await curl(door, port, "-L", f"https://api.example.org:{api.port}/x") == "there"
            assert SECRET.encode() in api.heads[0]
        assert b"s3cr3t" not in there.heads[0]


async def test_answers_that_echo_it_are_blotted(tmp_path: Path) -> None:
    login = "Basic " + base64.b64encode(b"crew:pa55-w0rd-long").decode()
    body = f"you sent {login} which is crew:pa55-w0rd-long or pa55-w0rd-long\n"
    echo = text(body * 3000, X_Echo=login, X_Other="pa55-w0rd-long")
    async with house(tmp_path, answer=echo, value=login) as (door, api, _, port):
        output = await curl(door, port, "-i", f"https://api.example.org:{api.port}/private/x")
        assert len(output) > len(body) * 3000
        for secret in (login, login.split()[1], "pa55"):
            assert secret not in output
        assert output.count("you sent ***") == 3000


CLIMBING = (
    "/private/../admin", "/private/%2e%2e/admin", "/private/%252e%252e/admin", "/private/..%2fadmin", "/private/..\\admin",
    "/private/..;/admin", "/./private/x",
)  # fmt: skip


async def test_paths_that_climb_and_hosts_that_differ_are_refused(tmp_path: Path) -> None:
    async with house(tmp_path) as (door, api, _, port):
        for path in CLIMBING:
            output = await curl(door, port, "--path-as-is", "-i", f"https://api.example.org:{api.port}{path}")
            assert "400 Bad Request" in output, output
        output = await curl(door, port, "-i", "-H", "Host: other.example.org", f"https://api.example.org:{api.port}/private/x")
        assert "403 Forbidden" in output
        assert api.heads == []


async def test_another_spelling_of_the_host_is_the_same_host_and_an_address_is_another(tmp_path: Path) -> None:
    async with house(tmp_path) as (door, api, _, port):
        await curl(door, port, f"https://API.Example.ORG:{api.port}/private/x", "-k")
        assert b"s3cr3t" in api.heads[0]
        await curl(door, port, f"https://127.0.0.1:{api.port}/private/x", "-k")
        assert b"s3cr3t" not in api.heads[1]


async def test_a_server_that_is_not_who_it_says_gets_nothing(tmp_path: Path) -> None:
    ours, _ = authority(tmp_path / "authority")
    async with server(text("x"), context=ours.context("api.example.org")) as api:
        credential = Credential("forge", "https", "api.example.org", api.port, "/", "Authorization", SECRET)
        allow = (f"api.example.org:{api.port}", f"127.0.0.1:{api.port}")
        async with (
            proxy(tmp_path / "e", *allow, names={"api.example.org": ["127.0.0.1"]}, credentials=(credential,)) as door,
            door_port(door.outlet) as port,
        ):
            output = await curl(door, port, "-i", f"https://api.example.org:{api.port}/x")
        assert "502 Bad Gateway" in output
        assert api.heads == []


async def test_sandboxes_see_certificates_and_never_the_key(tmp_path: Path) -> None:
    async with house(tmp_path) as (door, _, _, _):
        (shown,) = (Path(mount) for mount in door.outlet.mounts)
        assert [file.name for file in shown.iterdir()] == ["ca.pem"]
        assert "PRIVATE KEY" not in (shown / "ca.pem").read_text()
        assert "PRIVATE KEY" in (tmp_path / "e" / "authority.pem").read_text()
        assert (tmp_path / "e" / "authority.pem").stat().st_mode & 0o077 == 0
        assert SECRET not in str(door.outlet.env) + repr(door.outlet)
        context = ssl.create_default_context(cafile=str(shown / "ca.pem"))
        assert any("forgecrew egress" in str(one["subject"]) for one in context.get_ca_certs())
