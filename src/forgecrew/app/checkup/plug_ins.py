"""Everything that is found by looking at folders, the crew, and words in the environment that mean nothing."""

import os
from collections.abc import AsyncGenerator, Iterator

from forgecrew.app import discover
from forgecrew.app.checkup.finding import Finding
from forgecrew.app.roster import call_roster
from forgecrew.app.settings import Settings
from forgecrew.core.errors import ForgecrewError

PART = "house"
PORTS = ("forge", "event_source", "chat_model", "sandbox", "code_host", "code_push", "egress", "browser")
_OWN_VARIABLES = ("HOME", "DEBUG", "SUPERVISED", "DATABASE_PREPARED", "ADMIN_TOKEN")


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
