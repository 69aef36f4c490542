"""The machine: python, git, bubblewrap, and what sandboxes enforce here."""

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncGenerator

from forgecrew.app.checkup.finding import Finding
from forgecrew.app.connect_sandbox import sandboxes
from forgecrew.app.hiding import INSTALL, check_hiding
from forgecrew.app.secret_files import write_file_of
from forgecrew.app.settings import Settings
from forgecrew.core.errors import ForgecrewError

PART = "machine"
GIT_OLDEST = (2, 34)


async def programs() -> AsyncGenerator[Finding]:
    """What must be installed."""
    shown = ".".join(map(str, sys.version_info[:3]))
    fine = sys.version_info >= (3, 11)
    yield Finding(PART, "python", "ok" if fine else "fail", shown, "" if fine else "install Python 3.11 or newer")
    yield await _git()
    if shutil.which("bwrap") is None:
        yield Finding(PART, "bubblewrap", "fail", "bwrap is not installed", INSTALL)
    if os.geteuid() == 0:
        detail = "running as root: the hiding of the write tokens is weaker than for a normal user"
        yield Finding(PART, "user", "warn", detail, "make a user for forgecrew and run it as that one")


async def isolation(settings: Settings) -> AsyncGenerator[Finding]:
    """Whether write tokens can be hidden, and what sandboxes enforce."""
    if shutil.which("bwrap") is not None:
        try:
            await asyncio.to_thread(check_hiding, write_file_of(settings.home).parent)
            yield Finding("isolation", "hiding", "ok", "serve and work run where the write tokens do not exist")
        except (ForgecrewError, OSError) as error:
            yield Finding("isolation", "hiding", "fail", str(error))
    try:
        found = await sandboxes(settings).probe()
    except ForgecrewError as error:
        yield Finding("isolation", "sandbox", "fail", str(error))
        return
    yield Finding("isolation", "sandbox", "ok", f"{found.backend} works")
    for gap in found.gaps:
        yield Finding("isolation", "sandbox", "warn", f"not enforced here: {gap}")


async def _git() -> Finding:
    install = "install git (Debian, Ubuntu: `sudo apt install git`)"
    if shutil.which("git") is None:
        return Finding(PART, "git", "fail", "git is not installed", install)
    process = await asyncio.create_subprocess_exec("git", "--version", stdout=asyncio.subprocess.PIPE)
    text = (await process.communicate())[0].decode().removeprefix("git version ").strip()
    numbers = tuple(int(part) for part in text.split()[0].split(".")[:2] if part.isdigit())
    fine = numbers >= GIT_OLDEST
    return Finding(PART, "git", "ok" if fine else "warn", text, "" if fine else "git 2.34 or newer is what is tested")
