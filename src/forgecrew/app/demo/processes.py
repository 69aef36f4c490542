"""The demo's processes: the practice forge and `forgecrew up`. Both end with whoever started them."""

import asyncio
import json
import os
import sys
from pathlib import Path

from forgecrew.app.child import python
from forgecrew.app.until_stopped import SUPERVISED
from forgecrew.core.errors import ForgecrewError


async def start_forge(folder: Path, admin: str, password: str) -> tuple[asyncio.subprocess.Process, str]:
    """The practice forge as its own process, and its address."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder.parent / "forge.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "forgecrew.integrations.practice", "--folder", str(folder), "--admin", f"{admin}:{password}",
            "--until-input-ends",
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=log, start_new_session=True,
        )  # fmt: skip
    assert process.stdout is not None
    try:
        line = await process.stdout.readline()
    except BaseException:  # an interrupt while it starts
        await end(process)
        raise
    if not line:
        raise ForgecrewError(f"the practice forge did not start: see {folder.parent / 'forge.log'}")
    return process, str(json.loads(line)["url"])


async def start_crew(home: Path, log: Path, record: str) -> asyncio.subprocess.Process:
    """`forgecrew up`; what it prints goes into a file, what the model answers into `record`."""
    with log.open("ab") as target:
        return await asyncio.create_subprocess_exec(
            *python("up", "--home", str(home)),
            stdin=asyncio.subprocess.PIPE, stdout=target, stderr=target, start_new_session=True,
            env={**os.environ, SUPERVISED: "1", **({"FORGECREW_MODEL_RECORD": record} if record else {})},
        )  # fmt: skip


async def end(process: asyncio.subprocess.Process) -> None:
    """Ask a process to end, and make it after a while."""
    if process.returncode is None:
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), 12)
        except TimeoutError:
            process.kill()
            await process.wait()
