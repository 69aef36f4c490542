"""The shell tool."""

from dataclasses import replace

import pytest

from forgecrew.core.action import Action
from forgecrew.core.sandbox import Profile
from forgecrew.core.signals import TellModel
from forgecrew.tools.run_shell import tool
from tests.plain_sandbox import PlainSandbox


async def test_output_and_exit_code(sandbox: PlainSandbox) -> None:
    (sandbox.folder / "a.txt").write_text("hello\n")
    seen = await tool().run(sandbox, Action("sh", "", "cat a.txt\nfalse"))
    assert (seen.text, seen.ok, seen.exit_code, seen.changed) == ("exit 1\nhello", False, 1, True)
    seen = await tool().run(sandbox, Action("sh", "", "true"))
    assert (seen.text, seen.ok) == ("exit 0, no output", True)


async def test_long_output_keeps_head_and_tail(sandbox: PlainSandbox) -> None:
    seen = await tool().run(sandbox, Action("sh", "", "seq 1 20000"))
    assert len(seen.text) <= 6100
    assert seen.text.startswith("exit 0\n1\n2\n3\n")
    assert seen.text.endswith("19999\n20000")
    assert "characters left out) …" in seen.text


async def test_colours_and_progress_bars_are_removed(sandbox: PlainSandbox) -> None:
    script = r"printf '\033[31mred\033[0m\r\n10%%\r50%%\r100%%\n\033]0;title\007end\n'"
    seen = await tool().run(sandbox, Action("sh", "", script))
    assert seen.text == "exit 0\nred\n100%\nend"


async def test_a_timeout_is_told(sandbox: PlainSandbox) -> None:
    sandbox.spec = replace(sandbox.spec, profile=Profile(wall_seconds=0.3))
    seen = await tool().run(sandbox, Action("sh", "", "echo begun; sleep 60"))
    assert seen.text.startswith("stopped after 0 s: it took too long")
    assert "begun" in seen.text
    assert not seen.ok


@pytest.mark.parametrize("body", ["", " \n ", "echo 'a\0b'", "x" * 100_001])
async def test_scripts_that_cannot_run(sandbox: PlainSandbox, body: str) -> None:
    with pytest.raises(TellModel):
        await tool().run(sandbox, Action("sh", "", body))


async def test_megabytes_of_output_are_looked_at_by_their_ends(sandbox: PlainSandbox) -> None:
    script = "echo first; head -c 6000000 /dev/zero | tr '\\0' 'x' | fold -w 100; echo; echo last"
    seen = await tool().run(sandbox, Action("sh", "", script))
    assert seen.text.startswith("exit 0\nfirst\n") and seen.text.endswith("last") and "left out" in seen.text
    assert len(seen.text) <= 6100
