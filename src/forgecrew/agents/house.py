"""What the whole crew shares, as a run needs to know it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from forgecrew.core.sandbox import Profile


@dataclass(frozen=True, slots=True)
class House:
    """What the whole crew shares: accounts by role, the address of our pages, what sandboxes are made of.

    `apps_of_one`: how many apps one colleague may have at once; 0 where none are hosted.
    """

    accounts: Mapping[str, str] = field(default_factory=dict[str, str])
    url: str = ""
    model_name: str = ""
    window: int = 4096
    sandbox_profile: Profile = field(default_factory=Profile)
    sandbox_mounts: tuple[str, ...] = ()
    sandbox_path: str = "/usr/local/bin:/usr/bin:/bin"
    apps_of_one: int = 0
    app_ttl_seconds: int = 86_400
    app_idle_seconds: int = 900
