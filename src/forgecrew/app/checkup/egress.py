"""What sandboxes may reach, as it is in effect."""

from collections.abc import AsyncGenerator

from forgecrew.app.checkup.finding import Finding
from forgecrew.app.egress_policies import EgressPolicies
from forgecrew.app.read_secrets import ReadSecrets
from forgecrew.app.settings import Settings
from forgecrew.core.errors import ConfigError

PART = "isolation"
SHOWN_MAX = 6


async def ways_out(settings: Settings, secrets: ReadSecrets) -> AsyncGenerator[Finding]:
    """One finding for what holds for all repositories, and one for each that has more."""
    try:
        policies = EgressPolicies(settings, secrets.egress)
    except ConfigError as error:
        yield Finding(PART, "egress", "fail", str(error), "mend that line")
        return
    for repo in ("", *settings.egress_repos):
        policy, whose = policies.of(repo), f"sandboxes of {repo}" if repo else "sandboxes"
        places = [f"{one.pattern}:{'/'.join(map(str, one.ports))}" for one in policy.allowed]
        places += ["the hosts of this machine's package clients"] * policy.packages
        more = f" and {len(places) - SHOWN_MAX} more" if len(places) > SHOWN_MAX else ""
        yield Finding(PART, "egress", "ok", f"{whose} reach {', '.join(places[:SHOWN_MAX]) or 'nothing outside'}{more}", "")
