"""Who works here: the roles that are enabled, each with its account and the procedure that runs it."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import ModuleType

from forgecrew.app import discover
from forgecrew.app.load_role import load_roles
from forgecrew.app.settings import Settings
from forgecrew.core.errors import ConfigError
from forgecrew.core.role import Role


@dataclass(frozen=True, slots=True)
class Roster:
    """Roles by name with their accounts; `procedures` are modules with `run(desk)`; `broken` tells what was skipped and why."""

    roles: Mapping[str, Role]
    procedures: Mapping[str, ModuleType]
    broken: Mapping[str, str]

    @property
    def accounts(self) -> dict[str, str]:
        """Account by role."""
        return {name: role.account for name, role in self.roles.items()}


def call_roster(settings: Settings, *, with_procedures: bool = True) -> Roster:
    """The roster of this installation. Raises ConfigError for a crew section without a role and for shared accounts."""
    roles, broken = load_roles(settings.home)
    for name in settings.crew:
        if name not in roles and name not in broken:
            near = difflib.get_close_matches(name, roles, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"roles are {', '.join(roles)}"
            raise ConfigError(f"{settings.file}: [crew.{name}]: there is no such role; {hint}")
    present: dict[str, Role] = {}
    for name, role in roles.items():
        member = settings.crew.get(name)
        if member is None or member.enabled:
            present[name] = replace(role, account=member.account) if member and member.account else role
    _check_accounts(settings, present)
    found = discover.procedures() if with_procedures else discover.Found()
    for name, role in list(present.items()):
        if with_procedures and role.procedure not in found.working:
            broken[name] = found.broken.get(role.procedure, f"there is no procedure {role.procedure!r}")
            del present[name]
    return Roster(present, found.working, broken)


def _check_accounts(settings: Settings, roles: Mapping[str, Role]) -> None:
    # One account in two roles would review its own work, and answer its own comments.
    taken: dict[str, str] = {}
    for name, role in roles.items():
        if role.account.lower() in taken:
            other = taken[role.account.lower()]
            raise ConfigError(
                f"{settings.file}: {other} and {name} share the account {role.account!r}; set [crew.{name}] account"
            )
        taken[role.account.lower()] = name
