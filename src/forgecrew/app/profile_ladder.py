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
    return Ladder.of([_within_machine(_bounds(settings, name), memory) for name in steps])


def profile_of(settings: Settings, name: str = "") -> Profile:
    """One profile by its name: light, medium, heavy, browser; by default the one that commands start with."""
    name = name or settings.sandbox.profile
    ladder = ladder_of(settings)
    at = ladder.index(name)
    return ladder.steps[at] if at >= 0 else _within_machine(_bounds(settings, name), None)


def _bounds(settings: Settings, name: str) -> Profile:
    found = PROFILES[name]
    if name == settings.sandbox.profile:
        found = _changed(found, settings.sandbox)
    return _changed(found, settings.sandbox_profiles.get(name, ProfileSettings()))


def _changed(profile: Profile, given: ProfileSettings | SandboxSettings) -> Profile:
    bounds: dict[str, Any] = {
        "memory_bytes": given.memory_mib << 20, "disk_bytes": given.disk_mib << 20, "cpu": given.cpu, "pids": given.pids,
        "wall_seconds": given.wall_seconds,
    }  # fmt: skip
    changed = replace(profile, **{name: value for name, value in bounds.items() if value})
    return replace(changed, file_bytes=min(changed.file_bytes, changed.disk_bytes))


def _within_machine(profile: Profile, memory: HostMemory | None) -> Profile:
    memory = memory or host_memory()
    return capped(profile, memory_bytes=memory.total_bytes, cores=os.cpu_count() or 1)
