"""The installation itself: settings, secrets, database, plug-ins, disk."""

import os
import shutil
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from forgecrew.app import discover
from forgecrew.app.checkup.finding import Finding
from forgecrew.app.read_secrets import load_read_secrets
from forgecrew.app.roster import call_roster
from forgecrew.app.secret_files import open_to_others, read_file_of, write_file_of
from forgecrew.app.settings import Settings
from forgecrew.core.errors import ForgecrewError

PART = "house"
PORTS = ("forge", "event_source", "chat_model", "sandbox", "code_host", "code_push", "egress", "browser")
FREE_MIB_MIN, FREE_MIB_GOOD = 256, 4096
_OWN_VARIABLES = ("HOME", "DEBUG", "SUPERVISED", "DATABASE_PREPARED", "ADMIN_TOKEN")


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


async def plug_ins(settings: Settings) -> AsyncGenerator[Finding]:
    """Everything that is found by looking at folders, and what of it does not load."""
    groups = {port: discover.providers(port) for port in PORTS}
    groups |= {"tool": discover.tools(), "route": discover.routes(), "effect": discover.effects()}
    groups |= {"command": discover.commands()}
    broken = False
    for what, found in groups.items():
        for name, problem in found.broken.items():
            broken = True
            yield Finding(PART, "plug-in", "fail", f"{what} {name} does not load: {problem}", "mend or remove that file")
    try:
        roster = call_roster(settings)
    except ForgecrewError as error:
        yield Finding(PART, "crew", "fail", str(error), str(error).rpartition("; ")[2])
        return
    for name, problem in roster.broken.items():
        yield Finding(PART, "crew", "fail", f"the role {name} is skipped: {problem}", "mend that file")
    yield Finding(PART, "crew", "ok", ", ".join(f"{role.account} ({name})" for name, role in roster.roles.items()))
    if not broken:
        yield Finding(PART, "plug-ins", "ok", f"{sum(len(found.working) for found in groups.values())} load")
    for finding in _unknown_variables(settings):
        yield finding


def _unknown_variables(settings: Settings) -> Iterator[Finding]:
    from typing import get_type_hints

    from forgecrew.app.parse_settings import SECTIONS

    known = {f"FORGECREW_{section}_{key}".upper() for section, kind in SECTIONS.items() for key in get_type_hints(kind)}
    known |= {f"FORGECREW_{name}" for name in _OWN_VARIABLES}
    known |= {credential.secret_env for credential in settings.egress_credentials.values()}
    known |= {choice.api_key_env for choice in (settings.model, *settings.model_roles.values())}
    for name in sorted(os.environ):
        if name.startswith("FORGECREW_") and name not in known and not name.startswith("FORGECREW_TEST"):
            yield Finding(PART, "environment", "warn", f"{name} sets nothing that forgecrew knows", f"unset {name}")
