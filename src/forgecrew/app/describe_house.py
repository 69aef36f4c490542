"""What the whole crew shares, as settings tell it."""

from collections.abc import Mapping

from forgecrew.agents.house import House
from forgecrew.app.settings import Settings
from forgecrew.core.sandbox import Profile


def describe_house(settings: Settings, accounts: Mapping[str, str], role: str) -> House:
    """The house as a run of a role sees it; `accounts` are those of all roles."""
    sandbox, model = settings.sandbox, settings.model_of(role)
    profile = Profile(
        name="configured", memory_bytes=sandbox.memory_mib << 20, cpu=sandbox.cpu, pids=sandbox.pids,
        wall_seconds=sandbox.wall_seconds, disk_bytes=sandbox.disk_mib << 20,
    )  # fmt: skip
    return House(
        accounts=accounts, url=settings.public_url, model_name=model.name, window=model.window, sandbox_profile=profile,
        sandbox_mounts=sandbox.mounts, sandbox_path=sandbox.path,
    )  # fmt: skip
