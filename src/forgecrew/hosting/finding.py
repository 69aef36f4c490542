"""Finding the app of a host name."""

from forgecrew.core.app import App
from forgecrew.hosting.answers import Answer, page
from forgecrew.hosting.apps import Apps
from forgecrew.hosting.hosted import Hosted
from forgecrew.hosting.rules import HostingRules


class Finding:
    """By the first label; all apps lie one below the domain."""

    def __init__(self, apps: Apps, rules: HostingRules) -> None:
        self._apps, self._rules = apps, rules
        self._tail = f".{rules.domain}"

    async def find(self, host: bytes) -> tuple[App | None, Hosted | None, Answer | None]:
        """The app, what hosts it, or the page that tells why there is none."""
        name = host.decode("latin-1").lower().partition(":")[0].rstrip(".")
        label = name.removesuffix(self._tail)
        if label == name or not label or "." in label:
            return None, None, page(404, "No app here", "Each app has an address of its own.", link=self._home())
        app, hosted = await self._apps.find(label)
        if app is None:
            return None, None, page(404, "No such app", "Nothing is hosted at this address.", link=self._home())
        if hosted is None:
            words = f"The time of {app.title} has ended, and its files are removed."
            return app, None, page(410, "This app is gone", words, link=self._home())
        return app, hosted, None

    def _home(self) -> tuple[str, str]:
        return f"{self._rules.home_url}/apps", "See what is hosted"
