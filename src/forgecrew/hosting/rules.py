"""What holds for every app of this installation."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from forgecrew.core.app import App
from forgecrew.core.sandbox import Profile


@dataclass(frozen=True, slots=True)
class HostingRules:
    """`url` is the address above all apps, without a slash at its end: `http://apps.localhost:8431`.

    `home_url` leads people to where they sign in; `key` signs links and cookies. Times in seconds.
    """

    url: str
    home_url: str
    key: bytes = field(repr=False)
    profile: Profile = field(default_factory=Profile)
    mounts: tuple[str, ...] = ()
    path: str = "/usr/local/bin:/usr/bin:/bin"
    start_seconds: float = 30.0
    tick_seconds: float = 0.1
    sweep_seconds: float = 30.0

    @property
    def domain(self) -> str:
        """The host name below which each app has its own."""
        return urlsplit(self.url).hostname or "apps.localhost"

    def origin(self, name: str) -> str:
        """The origin of one app, as browsers see it."""
        return origin(self.url, name)


def origin(url: str, name: str) -> str:
    """The origin of one app below the address above all apps."""
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{name}.{rest}"


def sandbox_id(app: App) -> str:
    """The sandbox that holds one version of an app's files."""
    return f"app-{app.id}-{app.version}"
