"""Contents by their hash from one `git cat-file`; what is too large is not read, however large it is."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from forgecrew.core.errors import RefusedError
from forgecrew.integrations.git.run import Git


async def contents(git: Git, folder: Path, shas: Sequence[str], *, bytes_max: int) -> dict[str, bytes]:
    """Contents of blobs by full id; larger and unknown ones are left out. Raises ForgeUnavailable, or RefusedError by git."""
    found: dict[str, bytes] = {}
    left = list(shas)
    while left:
        left = left[await _read(git, folder, left, bytes_max, found) :]
    return found


async def _read(git: Git, folder: Path, shas: Sequence[str], bytes_max: int, found: dict[str, bytes]) -> int:
    """Read up to the first that is too large and end git there, before it unpacks it; gives how many were answered."""
    async with git.going(folder, "cat-file", "--batch") as process:
        assert process.stdin is not None and process.stdout is not None
        asking = asyncio.create_task(_ask(process.stdin, shas))
        try:
            for at, asked in enumerate(shas, 1):
                told = (await process.stdout.readline()).split()
                if len(told) < 2 or told[0].decode() != asked:
                    raise RefusedError(f"git cat-file ended before it gave {asked}")
                if told[1] == b"missing":
                    continue
                if int(told[2]) > bytes_max:
                    return at
                found[asked] = (await process.stdout.readexactly(int(told[2]) + 1))[:-1]
        except asyncio.IncompleteReadError as error:
            raise RefusedError("git cat-file ended in the middle of a content") from error
        finally:
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)
    return len(shas)


async def _ask(stdin: asyncio.StreamWriter, shas: Sequence[str]) -> None:
    """All at once, from beside: git stops listening while nobody reads its answers."""
    stdin.write("".join(f"{sha}\n" for sha in shas).encode())
    await stdin.drain()
