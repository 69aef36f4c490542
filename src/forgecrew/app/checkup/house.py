"""The installation itself: secrets, database, disk."""

import shutil
from collections.abc import AsyncGenerator
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from forgecrew.app.checkup.finding import Finding
from forgecrew.app.read_secrets import load_read_secrets
from forgecrew.app.secret_files import open_to_others, read_file_of, write_file_of
from forgecrew.app.settings import Settings
from forgecrew.core.errors import ForgecrewError

PART = "house"
FREE_MIB_MIN, FREE_MIB_GOOD = 256, 4096


async def secrets(settings: Settings) -> AsyncGenerator[Finding]:
    """Secret files: present, complete, closed to others."""
    wide = [
        open_to_others(path)
        for file in (read_file_of(settings.home), write_file_of(settings.home))
        for path in (file.parent, file)
    ]
    for problem in filter(None, wide):
        yield Finding(PART, "secrets", "fail", f"others on this machine can read: {problem}", problem.partition(": ")[2])
    try:
        load_read_secrets(settings.home)
    except ForgecrewError as error:
        if not any(wide):
            yield Finding(PART, "secrets", "fail", str(error), "forgecrew init")
    else:
        yield Finding(PART, "secrets", "ok", "present, and closed to others")
    if not write_file_of(settings.home).exists():
        yield Finding(PART, "secrets", "fail", f"{write_file_of(settings.home)} does not exist", "forgecrew init")


async def database(settings: Settings) -> AsyncGenerator[Finding]:
    """Whether it answers and has the tables of this version."""
    from forgecrew.store.migrate import revision_state

    kind, _, place = settings.database_url.partition(":///")
    if kind == "sqlite" and not Path(place).exists():
        yield Finding(PART, "database", "ok", "sqlite, no file yet: `forgecrew up` makes it")
        return
    kind = kind.partition(":")[0]
    try:
        found = await revision_state(settings.database_url)
    except (SQLAlchemyError, OSError, ForgecrewError) as error:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        yield Finding(PART, "database", "fail", f"{kind} does not answer: {reason}", "set database.url to one that answers")
        return
    if not found.known:
        fix = "install the newer version of forgecrew again, or use another database"
        yield Finding(PART, "database", "fail", f"revision {found.current} was made by a newer version", fix)
    elif found.up_to_date:
        yield Finding(PART, "database", "ok", f"{kind}, revision {found.current}")
    else:
        was = found.current or "nothing"
        yield Finding(PART, "database", "ok", f"{kind}, {was} yet: `forgecrew up` makes the tables of revision {found.newest}")


async def disk(settings: Settings) -> AsyncGenerator[Finding]:
    """Room for workspaces."""
    place = next(path for path in (settings.home, *settings.home.parents) if path.exists())
    free = shutil.disk_usage(place).free >> 20
    state = "ok" if free >= FREE_MIB_GOOD else "warn" if free >= FREE_MIB_MIN else "fail"
    fix = "" if state == "ok" else f"free some space where {settings.home} lies"
    yield Finding(PART, "disk", state, f"{free / 1024:.1f} GiB free in {place}", fix)
