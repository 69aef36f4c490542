"""The writer of whole files."""

import pytest

from forgecrew.core.action import Action
from forgecrew.core.signals import TellModel
from forgecrew.tools.write_file import tool
from tests.plain_sandbox import PlainSandbox


async def test_makes_replaces_and_does_nothing_twice(sandbox: PlainSandbox) -> None:
    write = Action("write", "src/a.py", "x = 1")
    assert (await tool().run(sandbox, write)).text == "made src/a.py, 1 lines"
    assert (sandbox.folder / "src/a.py").read_text() == "x = 1\n"
    again = await tool().run(sandbox, write)
    assert "already so" in again.text
    assert not again.changed
    assert (await tool().run(sandbox, Action("write", "./src/a.py", "x = 2\ny = 3\n"))).changed
    assert (sandbox.folder / "src/a.py").read_text() == "x = 2\ny = 3\n"


async def test_a_long_file_is_not_shrunk(sandbox: PlainSandbox) -> None:
    path = sandbox.folder / "long.py"
    path.write_text("line\n" * 201)
    with pytest.raises(TellModel, match=r"201 lines and you wrote 100.*edit"):
        await tool().run(sandbox, Action("write", "long.py", "line\n" * 100))
    assert path.read_text().count("\n") == 201
    await tool().run(sandbox, Action("write", "long.py", "line\n" * 101))
    assert path.read_text().count("\n") == 101
    await tool().run(sandbox, Action("write", "long.py", "short"))
    assert path.read_text() == "short\n"


async def test_line_ends_of_the_file_stay(sandbox: PlainSandbox) -> None:
    (sandbox.folder / "dos.txt").write_bytes(b"a\r\nb\r\n")
    await tool().run(sandbox, Action("write", "dos.txt", "a\nc"))
    assert (sandbox.folder / "dos.txt").read_bytes() == b"a\r\nc\r\n"


PATHS = [
    "/etc/passwd",
    "../x",
    "a/../../x",
    ".git/config",
    "sub/.GIT/hooks/x",
    ".git",
    "~/x",
    "",
    " ",
    "a\nb",
    ".",
    "\\x",
    ".git./x",
]


@pytest.mark.parametrize("path", PATHS)
async def test_paths_that_are_refused(sandbox: PlainSandbox, path: str) -> None:
    with pytest.raises(TellModel):
        await tool().run(sandbox, Action("write", path, "x"))
    assert list(sandbox.folder.iterdir()) == []
