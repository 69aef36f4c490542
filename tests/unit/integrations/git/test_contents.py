"""Contents come whole, in whatever number and size, and what is too large does not keep the others away."""

import subprocess
from pathlib import Path

import pytest

from forgecrew.core.errors import ForgeUnavailable, RefusedError
from forgecrew.integrations.git.contents import contents
from forgecrew.integrations.git.run import Git


def _written(folder: Path, held: list[bytes]) -> list[str]:
    subprocess.run(["git", "init", "--quiet", "--bare", folder], check=True)
    write = ["git", f"--git-dir={folder}", "hash-object", "-w", "--stdin"]
    return [subprocess.run(write, check=True, capture_output=True, input=one).stdout.decode().strip() for one in held]


async def test_large_ones_and_unknown_ones_are_left_out(tmp_path: Path) -> None:
    held = [b"", b"no end of line", b"a\nb\n", b"x" * 300_000, b"y" * 300_001, b"\0" * 5_000_000, b"last\n"]
    shas = _written(tmp_path, held)
    asked = [shas[5], shas[0], "0" * 40, *shas[1:5], shas[6]]
    got = await contents(Git(), tmp_path, asked, bytes_max=300_000)
    assert got == {shas[at]: held[at] for at in (0, 1, 2, 3, 6)}


async def test_more_than_a_pipe_holds_either_way(tmp_path: Path) -> None:
    held = [b"one", b"two", b"z" * 900]
    shas = _written(tmp_path, held)
    asked = [*shas, *(f"{at:040x}" for at in range(5_000))]
    assert await contents(Git(), tmp_path, asked, bytes_max=1_000) == dict(zip(shas, held, strict=True))


async def test_a_git_that_cannot_answer_is_told(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="ended before it gave"):
        await contents(Git(), tmp_path / "nowhere", ["0" * 40], bytes_max=10)
    shas = _written(tmp_path, [b"one"])
    with pytest.raises(ForgeUnavailable, match="took longer"):
        await contents(Git(timeout_seconds=0.0), tmp_path, shas, bytes_max=10)
