"""Commands: what they are given, what they give back."""

import asyncio
import os

import pytest

from forgecrew.core.command import Command
from forgecrew.core.errors import SandboxUnavailable
from forgecrew.core.sandbox import Profile
from forgecrew.ports.sandbox import Sandbox

from .conftest import SMALL, Make


def sh(script: str, **words: object) -> Command:
    return Command(("sh", "-c", script), **words)  # type: ignore[arg-type]


async def test_output_and_status_of_a_command(sandbox: Sandbox) -> None:
    result = await sandbox.exec(sh("echo out; echo err >&2; exit 3"))
    assert (result.exit_code, result.reason, result.ok) == (3, "exit", False)
    assert sorted(result.text.split()) == ["err", "out"]


async def test_a_program_that_does_not_exist_is_a_result(sandbox: Sandbox) -> None:
    result = await sandbox.exec(Command(("no-such-program-here",)))
    assert result.reason == "exit"
    assert result.exit_code not in (0, None)
    assert "no-such-program-here" in result.text


async def test_a_signal_inside_is_told_as_status(sandbox: Sandbox) -> None:
    result = await sandbox.exec(sh("kill -SEGV $$"))
    assert (result.reason, result.exit_code) == ("exit", 128 + 11)


async def test_the_environment_is_made_from_nothing(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORGECREW_WRITE_TOKEN", "s3cr3t-abc")
    result = await sandbox.exec(Command(("env",), env=(("GREETING", "hello world"),)))
    names = {line.split("=")[0] for line in result.text.splitlines()}
    assert names <= {"PATH", "HOME", "LANG", "USER", "PWD", "PYTHONDONTWRITEBYTECODE", "PYTHONFAULTHANDLER", "GREETING"}
    assert "GREETING=hello world" in result.text
    assert "s3cr3t" not in result.text


async def test_values_of_the_environment_are_in_no_command_line(sandbox: Sandbox) -> None:
    command = Command(("sh", "-c", "cat /proc/*/cmdline | tr '\\0' ' '"), env=(("WORD", "shibboleth"),))
    result = await sandbox.exec(command)
    assert result.ok
    assert "shibboleth" not in result.text
    assert "box-1" not in result.text


async def test_home_is_writable_and_not_the_workspace(sandbox: Sandbox) -> None:
    result = await sandbox.exec(sh('touch "$HOME/x" && echo "$HOME" && pwd && ls -A'))
    assert result.text.split() == ["/tmp/home", "/workspace"]


async def test_cwd_is_relative_to_the_workspace(sandbox: Sandbox) -> None:
    await sandbox.write("a/b/here.txt", b"")
    result = await sandbox.exec(Command(("ls",), cwd="a/b"))
    assert result.text.split() == ["here.txt"]
    assert not (await sandbox.exec(Command(("ls",), cwd="nowhere"))).ok


async def test_fifty_megabytes_of_standard_input_pass(sandbox: Sandbox) -> None:
    block = os.urandom(1 << 20)
    result = await sandbox.exec(sh("sha256sum; echo end", stdin=block * 50))
    again = await sandbox.exec(sh("for i in $(seq 50); do cat one; done | sha256sum; echo end", stdin=b""))
    assert not again.text.startswith(result.text.split()[0])
    await sandbox.write("one", block)
    again = await sandbox.exec(sh("for i in $(seq 50); do cat one; done | sha256sum; echo end"))
    assert again.text == result.text


async def test_a_command_that_does_not_read_its_input_ends(sandbox: Sandbox) -> None:
    result = await sandbox.exec(sh("echo done", stdin=bytes(8 << 20)))
    assert (result.ok, result.text) == (True, "done\n")


async def test_output_is_seen_while_it_comes(sandbox: Sandbox) -> None:
    blocks: list[bytes] = []
    seen = asyncio.Event()

    def take(block: bytes) -> None:
        blocks.append(block)
        seen.set()

    task = asyncio.ensure_future(sandbox.exec(sh("echo first; while [ ! -e go ]; do sleep 0.01; done; echo last"), take))
    await asyncio.wait_for(seen.wait(), 10)
    assert b"".join(blocks) == b"first\n"
    await sandbox.write("go", b"")
    assert (await task).text == "first\nlast\n" == b"".join(blocks).decode()


async def test_long_output_keeps_its_head_and_its_tail(sandbox: Sandbox) -> None:
    result = await sandbox.exec(sh("echo BEGIN; seq 200000; echo END"))
    assert result.ok
    assert result.text.startswith("BEGIN\n1\n2\n")
    assert result.text.endswith("200000\nEND\n")
    assert len(result.output) < SMALL.output_bytes + 100
    assert result.dropped_bytes > 1_000_000


async def test_git_works_inside(sandbox: Sandbox) -> None:
    script = """set -e
    git init -q .; git config user.name Ada; git config user.email ada@forge.example
    echo one > file; git add -A; git commit -q -m first; git branch --show-current
    git bundle create -q .git/out.bundle --all; git bundle verify -q .git/out.bundle; git status --short
    """
    result = await sandbox.exec(sh(script))
    assert result.ok, result.text
    assert result.text.split()[0] == "main"
    assert (await sandbox.read(".git/out.bundle")).startswith(b"# v2 git bundle")


async def test_git_takes_a_bundle_from_standard_input(make: Make) -> None:
    one, two = await make(), await make()
    made = await one.exec(
        sh(
            "git init -q . && git config user.name A && git config user.email a@b.example && echo x > f && git add f &&"
            " git commit -q -m m && git bundle create -q .git/b HEAD main && git rev-parse HEAD"
        )
    )
    assert made.ok, made.text
    bundle = await one.read(".git/b")
    taken = await two.exec(
        sh("git init -q . && cat > .git/b && git fetch -q .git/b main && git rev-parse FETCH_HEAD", stdin=bundle)
    )
    assert taken.text == made.text


async def test_python_and_its_unittest_work_inside(sandbox: Sandbox) -> None:
    await sandbox.write(
        "test_sum.py", b"import unittest\nclass T(unittest.TestCase):\n  def test(self): self.assertEqual(1+1, 2)\n"
    )
    result = await sandbox.exec(Command(("python3", "-m", "unittest", "-q")))
    assert result.ok, result.text
    assert (await sandbox.exec(Command(("ls", "-A")))).text.split() == ["test_sum.py"]


async def test_usage_is_reported(sandbox: Sandbox, backend) -> None:
    result = await sandbox.exec(Command(("python3", "-c", "sum(range(3_000_000)); x = bytearray(30 << 20)")))
    assert result.wall_seconds > 0
    if (await backend.probe()).memory:
        assert result.peak_memory_bytes > 30 << 20
        assert result.cpu_seconds > 0


async def test_a_removed_sandbox_says_so(make: Make) -> None:
    gone = await make()
    await gone.destroy()
    await gone.destroy()
    with pytest.raises(SandboxUnavailable, match="removed"):
        await gone.exec(sh("true"))


async def test_a_profile_of_another_size_holds(make: Make) -> None:
    wide = await make(profile=Profile(output_bytes=1 << 20, memory_bytes=256 << 20))
    assert (await wide.exec(sh("head -c 900000 /dev/zero"))).dropped_bytes == 0
