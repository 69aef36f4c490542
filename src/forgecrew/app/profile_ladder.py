"""The resource profiles of this installation: forgecrew's, changed by settings, within the size of the machine."""

import os
from dataclasses import replace
from typing import Any

from forgecrew.app.sections.sandbox import ProfileSettings, SandboxSettings
from forgecrew.app.settings import Settings
from forgecrew.core.errors import ConfigError
from forgecrew.core.profiles import PROFILES, STEPS, Ladder, capped
from forgecrew.core.sandbox import Profile
from forgecrew.kernel.host_memory import HostMemory, host_memory


def ladder_of(settings: Settings, memory: HostMemory | None = None) -> Ladder:
    """The steps that a command may climb. Raises ConfigError for a profile that there is not."""
    names = [one.name for one in STEPS]
    for key in ("profile", "largest"):
        if getattr(settings.sandbox, key) not in names:
            allowed = ", ".join(names)
            raise ConfigError(f"{settings.file}: sandbox.{key} is {getattr(settings.sandbox, key)!r}; allowed are {allowed}")
    if names.index(settings.sandbox.profile) > names.index(settings.sandbox.largest):
        raise ConfigError(
            f"{settings.file}: sandbox.profile is {settings.sandbox.profile!r}, above sandbox.largest, "
            f"{settings.sandbox.largest!r}; name the same one or a smaller one"
        )
    steps = names[: names.index(settings.sandbox.largest) + 1]
    memory = memory or host_memory()
    return Ladder.of([_within(settings.sandbox, _bounds(settings, name), memory, top=name == steps[-1]) for name in steps])


def profile_of(settings: Settings, name: str = "") -> Profile:
    """One profile by its name: light, medium, heavy, browser; by default the one that commands start with."""
    name = name or settings.sandbox.profile
    ladder = ladder_of(settings)
    at = ladder.index(name)
    return ladder.steps[at] if at >= 0 else _capped(_bounds(settings, name), host_memory())


def _bounds(settings: Settings, name: str) -> Profile:
    """A profile with what its own section says."""
    given = settings.sandbox_profiles.get(name)
    return replace(PROFILES[name], **_given(given)) if given else PROFILES[name]


def _within(section: SandboxSettings, profile: Profile, memory: HostMemory, *, top: bool) -> Profile:
    """Below what [sandbox] gives at most; the top step has just that."""
    most = _given(section)
    bounds = {name: value if top else min(value, getattr(profile, name)) for name, value in most.items()}
    found = replace(profile, **bounds)
    return _capped(replace(found, file_bytes=min(found.file_bytes, found.disk_bytes)), memory)


def _given(given: ProfileSettings | SandboxSettings) -> dict[str, Any]:
    """The bounds that a section names."""
    bounds: dict[str, Any] = {
        "memory_bytes": given.memory_mib << 20, "disk_bytes": given.disk_mib << 20, "cpu": given.cpu, "pids": given.pids,
        "wall_seconds": given.wall_seconds,
    }  # fmt: skip
    return {name: value for name, value in bounds.items() if value}


def _capped(profile: Profile, memory: HostMemory) -> Profile:
    return capped(profile, memory_bytes=memory.total_bytes, cores=os.cpu_count() or 1)
