"""What holds for every app, as settings tell."""

from forgecrew.app.app_key import app_key
from forgecrew.app.settings import Settings
from forgecrew.core.sandbox import Profile
from forgecrew.hosting.rules import HostingRules
from forgecrew.kernel.admission import Admission

WAIT_SECONDS = 60.0
"""After so long an app is told that the machine is full: people wait for it."""
_INODES_PER_MIB = 64


def room_for_apps(settings: Settings) -> Admission:
    """Their part of the machine, and their queue for it."""
    return Admission(settings.home / "room", wait_seconds=WAIT_SECONDS, kind="app", share=settings.apps.memory_share)


def rules_of_hosting(settings: Settings) -> HostingRules:
    """Reads the key of links, or makes it. Raises ConfigError when others can read it."""
    disk_bytes = settings.apps.disk_mib << 20
    profile = Profile(
        name="app", memory_bytes=settings.apps.memory_mib << 20, pids=128, output_bytes=64 << 10, disk_bytes=disk_bytes,
        file_bytes=disk_bytes, inodes=max(1024, settings.apps.disk_mib * _INODES_PER_MIB),
    )  # fmt: skip
    return HostingRules(
        url=settings.apps_url, home_url=settings.public_url, key=app_key(settings.home), profile=profile,
        mounts=settings.sandbox.mounts, path=settings.sandbox.path, start_seconds=settings.apps.start_seconds,
    )  # fmt: skip
