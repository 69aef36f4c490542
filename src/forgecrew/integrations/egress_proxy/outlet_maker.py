"""Makes outlets: what the policy of a sandbox, this installation's trust and the machine's package clients are to one."""

from collections.abc import Mapping

from forgecrew.core.egress import EgressPolicy
from forgecrew.core.sandbox import Door
from forgecrew.integrations.egress_proxy.client_env import PORT, client_env
from forgecrew.integrations.egress_proxy.judge import Judge, Resolve
from forgecrew.integrations.egress_proxy.outlet import SocketOutlet
from forgecrew.integrations.egress_proxy.package_clients import PackageClients, package_clients
from forgecrew.integrations.egress_proxy.socket_place import socket_of
from forgecrew.integrations.egress_proxy.trust import BUNDLE, Trust
from forgecrew.integrations.egress_proxy.way import Way
from forgecrew.ports.egress import Connect, EgressSetup, Tell


class OutletMaker:
    """Knows what the outlets of one proxy share."""

    def __init__(self, setup: EgressSetup, resolver: Resolve) -> None:
        self._setup, self._resolver = setup, resolver
        self._trust = Trust(setup.folder, setup.ca_file)
        self._clients: PackageClients | None = None

    async def make(self, sandbox_id: str, policy: EgressPolicy, tell: Tell, own: Mapping[str, Connect]) -> SocketOutlet:
        """One that is not open yet. Raises OSError, ConfigError."""
        setup, variables = self._setup, ()
        setup.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if policy.packages:
            self._clients = self._clients or await package_clients()
            allowed = (*policy.allowed, *self._clients.destinations)
            policy, variables = EgressPolicy(allowed, policy.credentials), self._clients.env
        shown = self._trust.shown(ours=any(one.scheme == "https" for one in policy.credentials))
        resolver = None if setup.upstream and setup.upstream_resolves else self._resolver
        judge = Judge(sandbox_id, policy, tell, resolver)
        way = Way(judge, setup.upstream, self._trust.outgoing, self._trust.as_host, own)
        socket = socket_of(setup.folder, sandbox_id)
        return SocketOutlet(
            socket, way, setup.bytes_max, setup.connections_max, setup.seconds_max, doors=(Door(PORT, str(socket)),),
            env=client_env(str(shown / BUNDLE) if shown else "", variables), mounts=(str(shown),) if shown else (),
        )  # fmt: skip
