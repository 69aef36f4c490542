import asyncio
import socket
from pathlib import Path

import pytest

from forgecrew.core.errors import ForgeUnavailable
from forgecrew.integrations.git.run import Access, Git

TOKEN = "3f9a1c7be2d84056af1b9c3d7e5f20468ab1c9d7"


def processes(word: str) -> list[str]:
    """Command lines on this machine that hold a word."""
    found: list[str] = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = file.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
        except OSError:
            continue
        if word in line:
            found.append(line)
    return found


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A server that takes a request and never answers."""
    await reader.read()
    writer.close()


@pytest.mark.parametrize("cancelled", [False, True])
async def test_a_silent_forge_is_given_up_and_nothing_stays_behind(tmp_path: Path, cancelled: bool) -> None:
    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/a/b.git"
    git = Git(timeout_seconds=60 if cancelled else 1.0)
    running = asyncio.create_task(git.run(tmp_path, "ls-remote", url, access=Access(url, "casey", TOKEN)))
    async with asyncio.timeout(20):
        while not processes(url):
            await asyncio.sleep(0.02)
    assert processes(TOKEN) == []
    if cancelled:
        running.cancel()
    with pytest.raises(asyncio.CancelledError if cancelled else ForgeUnavailable):
        await running
    async with asyncio.timeout(10):
        while processes(url):
            await asyncio.sleep(0.02)
    server.close()


async def test_what_is_cancelled_at_its_very_start_leaves_nothing(tmp_path: Path) -> None:
    """Git's own helper asks the silent forge already, before our loop, which is busy, has seen git start."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(20)
        url = f"http://127.0.0.1:{server.getsockname()[1]}/a/b.git"
        running = asyncio.create_task(Git().run(tmp_path, "ls-remote", url, access=Access(url, "casey", TOKEN)))
        while not processes(url):
            await asyncio.sleep(0)
        with server.accept()[0] as asked:
            assert asked.recv(3) == b"GET"
            running.cancel()
            ended, _ = await asyncio.wait([running], timeout=20)
            assert ended and running.cancelled()
            async with asyncio.timeout(10):
                while processes(url):
                    await asyncio.sleep(0.02)


async def test_settings_of_the_machine_are_not_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".gitconfig").write_text("[user]\n\tname = evil\n[core]\n\thooksPath = /tmp/evil\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / ".gitconfig"))
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    git = Git()
    await git.run(tmp_path / "x", "init", "--quiet", "--bare", "--template=", str(tmp_path / "x"))
    listed = (await git.run(tmp_path / "x", "config", "--list")).decode()
    assert "evil" not in listed
    assert "core.hookspath=/dev/null" in listed
    assert repr(Access("u", "casey", TOKEN)) == "Access(clone_url='u', login='casey')"
