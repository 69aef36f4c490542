"""Files of the workspace, read and written from outside."""

import asyncio
import contextlib
import os
import time

import pytest

from forgecrew.core.command import Command
from forgecrew.core.signals import TellModel
from forgecrew.ports.sandbox import Sandbox

from .test_commands import sh

# Exchanges a folder and a link atomically, so that the path is always one of them (renameat2 with RENAME_EXCHANGE).
SWAP = """
import ctypes, os, time
os.mkdir('r'); open('r/shadow', 'w').write('fine'); os.symlink('/etc', 'evil')
rename = ctypes.CDLL(None).renameat2
print('ready', flush=True)
end = time.time() + 15
while time.time() < end and not os.path.exists('enough'):
    for _ in range(100):
        assert rename(-100, b'r', -100, b'evil', 2) == 0
"""


async def test_what_is_written_is_read(sandbox: Sandbox) -> None:
    await sandbox.write("a/b/c.txt", b"one")
    await sandbox.write("a/b/c.txt", b"two\n")
    assert await sandbox.read("a/b/c.txt") == b"two\n"
    assert (await sandbox.exec(Command(("cat", "a/b/c.txt")))).text == "two\n"
    assert (await sandbox.exec(sh("find . -type f"))).text == "./a/b/c.txt\n"


async def test_what_is_written_belongs_to_the_sandbox(sandbox: Sandbox) -> None:
    await sandbox.write("deep/er/file", b"x")
    result = await sandbox.exec(sh("echo y >> deep/er/file && touch deep/new deep/er/new && rm -r deep && stat -c %u ."))
    assert (result.ok, result.text) == (True, "1000\n")


async def test_writing_keeps_the_mode_of_a_script(sandbox: Sandbox) -> None:
    await sandbox.write("run.sh", b"#!/bin/sh\necho one\n")
    await sandbox.exec(Command(("chmod", "755", "run.sh")))
    await sandbox.write("run.sh", b"#!/bin/sh\necho two\n")
    assert (await sandbox.exec(Command(("./run.sh",)))).text == "two\n"


async def test_writing_replaces_a_link_instead_of_following_it(sandbox: Sandbox) -> None:
    await sandbox.exec(sh("echo kept > target; ln -s target link"))
    await sandbox.write("link", b"new")
    assert await sandbox.read("target") == b"kept\n"
    assert await sandbox.read("link") == b"new"


@pytest.mark.parametrize("path", ["../outside", "/etc/passwd", "a/../../x", "", "..", "nul\0byte", "/workspace/x"])
async def test_paths_that_lead_outside_are_refused(sandbox: Sandbox, path: str) -> None:
    with pytest.raises(TellModel):
        await sandbox.write(path, b"x")
    with pytest.raises(TellModel):
        await sandbox.read(path)


async def test_absent_files_folders_and_long_files_are_told(sandbox: Sandbox) -> None:
    await sandbox.write("folder/file", b"12345")
    with pytest.raises(TellModel, match="no such file"):
        await sandbox.read("nothing")
    with pytest.raises(TellModel, match="folder"):
        await sandbox.read("folder")
    with pytest.raises(TellModel, match="folder"):
        await sandbox.write("folder", b"x")
    with pytest.raises(TellModel, match="not a folder"):
        await sandbox.write("folder/file/x", b"x")
    with pytest.raises(TellModel, match="larger than 4 bytes"):
        await sandbox.read("folder/file", bytes_max=4)
    assert await sandbox.read("folder/file", bytes_max=5) == b"12345"


async def test_links_pipes_and_devices_are_refused(sandbox: Sandbox) -> None:
    await sandbox.exec(
        sh(
            "ln -s /etc/shadow shadow; ln -s / root; mkfifo pipe; ln -s shadow twice; mkdir d; ln -s ../../../etc/shadow d/up;"
            "ln -s /proc/self/root/etc/shadow magic; ln -s d dlink; echo x > d/f; mknod dev b 254 0 2>/dev/null; true"
        )
    )
    for path in ("shadow", "root/etc/shadow", "pipe", "twice", "d/up", "magic", "dlink/f", "dev"):
        with pytest.raises(TellModel):
            await asyncio.wait_for(sandbox.read(path), 10)
    with pytest.raises(TellModel):
        await sandbox.write("root/tmp/planted", b"x")
    with pytest.raises(TellModel):
        await sandbox.write("dlink/f", b"x")
    assert not os.path.exists("/tmp/planted")


async def test_a_folder_swapped_for_a_link_never_leads_outside(sandbox: Sandbox) -> None:
    ready = asyncio.Event()
    swapping = asyncio.ensure_future(sandbox.exec(Command(("python3", "-c", SWAP)), lambda _: ready.set()))
    await asyncio.wait_for(ready.wait(), 10)
    good, until = 0, time.monotonic() + 0.8
    while not swapping.done() and (good == 0 or time.monotonic() < until):
        with contextlib.suppress(TellModel):
            assert await sandbox.read("r/shadow") == b"fine"
            good += 1
        with contextlib.suppress(TellModel):
            await sandbox.write("r/planted", b"x")
    await sandbox.write("enough", b"")
    result = await swapping
    assert result.ok, result.text
    assert good > 0
    assert not os.path.exists("/etc/planted")


async def test_writing_while_a_command_runs(sandbox: Sandbox) -> None:
    task = asyncio.ensure_future(sandbox.exec(sh("until [ -e go ]; do sleep 0.01; done; cat go")))
    await sandbox.write("go", b"now")
    assert (await task).text == "now"


async def test_a_large_file_passes_both_ways(sandbox: Sandbox) -> None:
    content = os.urandom(20 << 20)
    await sandbox.write("blob", content)
    assert await sandbox.read("blob", bytes_max=32 << 20) == content
