"""What the whole crew shares, as settings tell it."""

from collections.abc import Mapping

from forgecrew.agents.house import House
from forgecrew.app.profile_ladder import profile_of
from forgecrew.app.settings import Settings


def describe_house(settings: Settings, accounts: Mapping[str, str], role: str) -> House:
    """The house as a run of a role sees it; `accounts` are those of all roles."""
    sandbox, model = settings.sandbox, settings.model_of(role)
    return House(
        accounts=accounts, url=settings.public_url, model_name=model.name, window=model.window,
        sandbox_profile=profile_of(settings), sandbox_mounts=sandbox.mounts, sandbox_path=sandbox.path,
        apps_of_one=settings.apps.per_agent if settings.apps.enabled else 0, app_ttl_seconds=settings.apps.ttl_seconds,
        app_idle_seconds=settings.apps.idle_seconds,
    )  # fmt: skip
