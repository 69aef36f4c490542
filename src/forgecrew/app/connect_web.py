"""What sandboxes reach outside by settings: ways out, and browsers."""

from forgecrew.app.adapters import only
from forgecrew.app.settings import Settings
from forgecrew.ports.browser import Browsers, BrowserSetup
from forgecrew.ports.egress import Egress, EgressSetup


def egress(settings: Settings) -> Egress:
    """What opens ways out of sandboxes (no I/O yet)."""
    wanted = settings.egress
    setup = EgressSetup(
        settings.home / "egress", upstream=wanted.upstream, upstream_resolves=wanted.upstream_resolves, ca_file=wanted.ca_file,
        bytes_max=wanted.mib_max << 20, connections_max=wanted.connections_max, seconds_max=wanted.seconds_max,
    )  # fmt: skip
    return only("egress").egress(setup)


def browsers(setup: BrowserSetup) -> Browsers:
    """What starts browsers (no I/O yet)."""
    return only("browser").browsers(setup)
