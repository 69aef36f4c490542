"""Real clients in a real sandbox, through its door and the proxy, to servers on this machine that were named."""

import asyncio
import hashlib
import json
import subprocess
import sys
import tarfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from io import BytesIO
from pathlib import Path

import pytest

from forgecrew.core.command import Command, Result
from forgecrew.core.errors import SandboxUnavailable
from forgecrew.core.sandbox import Profile, SandboxSpec
from forgecrew.integrations.bubblewrap.sandbox import backend as bubblewrap
from tests.egress_doors import Proxy, listening, proxy

PROFILE = Profile(name="test", memory_bytes=1 << 30, cpu=2.0, wall_seconds=120)
Sh = Callable[..., Awaitable[Result]]
PIP = [folder for folder in (Path(sys.base_prefix), Path("/usr")) if list(folder.glob("lib/python3*/site-packages/pip"))]


@asynccontextmanager
async def files(folder: Path, **typed: str) -> AsyncIterator[int]:
    """A server of the files of a folder, and of `index.html` where a folder is asked for."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        path = (await reader.readuntil(b"\r\n\r\n")).split(b" ")[1].decode().partition("?")[0]
        file = folder / path.strip("/").replace("%2f", "/")
        file = file / "index.html" if file.is_dir() else file
        status, body = ("200 OK", file.read_bytes()) if file.is_file() else ("404 Not Found", b"")
        kind = "text/html" if file.name == "index.html" else "application/octet-stream"
        head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nContent-Type: {kind}\r\nConnection: close\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()
        writer.close()

    async with listening(talk) as port:
        yield port


@asynccontextmanager
async def inside(tmp_path: Path, *allow: str, mounts: Sequence[str] = ()) -> AsyncIterator[tuple[Proxy, Sh]]:
    """A sandbox whose only door is an outlet; `sh` runs a script in it."""
    made = bubblewrap(tmp_path / "sandboxes")
    try:
        await made.probe()
    except SandboxUnavailable as error:
        pytest.skip(str(error))
    async with proxy(tmp_path / "egress", *allow) as door:
        path = ":".join([*(f"{mount}/bin" for mount in mounts), "/usr/local/bin:/usr/bin:/bin"])
        spec = SandboxSpec("box", profile=PROFILE, mounts=(*door.outlet.mounts, *mounts), path=path, env=door.outlet.env,
                           doors=door.outlet.doors)  # fmt: skip
        sandbox = await made.create(spec)

        async def sh(script: str) -> Result:
            return await sandbox.exec(Command(("/bin/sh", "-c", script), timeout_seconds=100))

        try:
            yield door, sh
        finally:
            await made.reap(keep=())


async def test_there_is_no_way_out_but_the_door(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "a").write_text("from outside")
    async with files(tmp_path / "site") as port, inside(tmp_path, f"127.0.0.1:{port}") as (door, sh):
        fetched = await sh(f"curl -sS http://127.0.0.1:{port}/a --noproxy ''")
        assert fetched.text == "from outside"
        assert not (await sh(f"curl -sS --noproxy '*' http://127.0.0.1:{port}/a")).ok
        refused = await sh("curl -sS http://api.example.org/; curl -sS https://api.example.org/; env")
        assert "forgecrew egress: refused: not in the allow-list" in refused.text
        assert "403" in refused.text
        assert door.refusals == ["api.example.org:80 not in the allow-list", "api.example.org:443 not in the allow-list"]
        assert str(tmp_path) not in refused.text.replace(str(tmp_path / "egress"), "")
        await door.outlet.close()
        assert not (await sh(f"curl -sS http://127.0.0.1:{port}/a --noproxy ''")).ok


async def test_git_clones_over_http(tmp_path: Path) -> None:
    work = tmp_path / "work"
    script = "git init -q -b main . && echo hello > file && git add . && git -c user.name=a -c user.email=a@b commit -qm one"
    work.mkdir()
    script += " && git clone -q --bare . ../site/repo.git && git -C ../site/repo.git update-server-info"
    subprocess.run(["sh", "-c", script], cwd=work, check=True)
    async with files(tmp_path / "site") as port, inside(tmp_path, f"127.0.0.1:{port}") as (door, sh):
        result = await sh(f"unset NO_PROXY no_proxy; git clone -q http://127.0.0.1:{port}/repo.git && cat repo/file")
        assert result.text == "hello\n"
        assert door.refusals == []


@pytest.mark.skipif(not PIP, reason="no Python with pip whose folder a sandbox can be shown")
async def test_pip_installs_from_an_index(tmp_path: Path) -> None:
    wheel = tmp_path / "site" / "files" / "greeting-1.0-py3-none-any.whl"
    wheel.parent.mkdir(parents=True)
    _wheel(wheel)
    page = tmp_path / "site" / "simple" / "greeting" / "index.html"
    page.parent.mkdir(parents=True)
    page.write_text(f'<a href="/files/{wheel.name}#sha256={hashlib.sha256(wheel.read_bytes()).hexdigest()}">{wheel.name}</a>')
    home = PIP[0]
    async with (
        files(tmp_path / "site") as port,
        inside(tmp_path, f"127.0.0.1:{port}", mounts=() if str(home) == "/usr" else (str(home),)) as (door, sh),
    ):
        result = await sh(
            f"unset NO_PROXY no_proxy; {home}/bin/python3 -m pip install -q --disable-pip-version-check --target here"
            f" --index-url http://127.0.0.1:{port}/simple greeting && PYTHONPATH=here python3 -c 'import greeting'"
        )
        assert result.text == "hello from a package\n"
        assert door.refusals == []
        result = await sh(f"{home}/bin/python3 -m pip install -q --retries 0 --index-url https://index.example.org/simple x")
        assert not result.ok
        assert set(door.refusals) == {"index.example.org:443 not in the allow-list"}


@pytest.mark.skipif(not Path("/usr/bin/npm").exists(), reason="npm is not installed in /usr")
async def test_npm_installs_from_a_registry(tmp_path: Path) -> None:
    site, pack = tmp_path / "site", BytesIO()
    site.mkdir()
    with tarfile.open(fileobj=pack, mode="w:gz") as archive:
        for name, content in (
            ("package.json", b'{"name":"greeting","version":"1.0.0"}'),
            ("index.js", b'console.log("hello, npm")'),
        ):
            info = tarfile.TarInfo(f"package/{name}")
            info.size = len(content)
            archive.addfile(info, BytesIO(content))
    (site / "greeting-1.0.0.tgz").write_bytes(pack.getvalue())
    async with files(site) as port, inside(tmp_path, f"127.0.0.1:{port}") as (door, sh):
        dist = {"tarball": f"http://127.0.0.1:{port}/greeting-1.0.0.tgz", "shasum": hashlib.sha1(pack.getvalue()).hexdigest()}
        version = {"name": "greeting", "version": "1.0.0", "dist": dist}
        told = {"name": "greeting", "dist-tags": {"latest": "1.0.0"}, "versions": {"1.0.0": version}}
        (site / "greeting").write_text(json.dumps(told))
        result = await sh(
            "unset NO_PROXY no_proxy npm_config_noproxy; npm install --silent --no-audit --no-fund --no-update-notifier"
            f" --registry http://127.0.0.1:{port}/ greeting && node -e 'require(\"greeting\")'"
        )
        assert "hello, npm" in result.text, result.text
        assert door.refusals == []


def _wheel(file: Path) -> None:
    from zipfile import ZipFile

    with ZipFile(file, "w") as wheel:
        wheel.writestr("greeting.py", "print('hello from a package')\n")
        info = "greeting-1.0.dist-info"
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: greeting\nVersion: 1.0\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")
