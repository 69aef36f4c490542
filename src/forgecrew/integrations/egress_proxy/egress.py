"""The port `egress` by a proxy of our own: opens and closes outlets."""

import asyncio
import hashlib
import os
import ssl
import tempfile
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from forgecrew.core.egress import EgressPolicy
from forgecrew.core.errors import SandboxUnavailable
from forgecrew.core.sandbox import Door
from forgecrew.integrations.egress_proxy import trust
from forgecrew.integrations.egress_proxy.client_env import PORT, client_env
from forgecrew.integrations.egress_proxy.judge import Judge, Resolve, resolve
from forgecrew.integrations.egress_proxy.link import Meter
from forgecrew.integrations.egress_proxy.outlet import SocketOutlet
from forgecrew.integrations.egress_proxy.package_clients import PackageClients, package_clients
from forgecrew.integrations.egress_proxy.way import Way
from forgecrew.ports.egress import Connect, EgressSetup, Tell

if TYPE_CHECKING:
    from forgecrew.integrations.egress_proxy.authority import Authority

_SOCKET_PATH_MAX = 100


def egress(setup: EgressSetup) -> "ProxyEgress":
    """The proxy (no I/O yet)."""
    return ProxyEgress(setup)


class ProxyEgress:
    """Implements ports.egress.Egress."""

    def __init__(self, setup: EgressSetup, resolver: Resolve = resolve) -> None:
        self._setup, self._resolver = setup, resolver
        self._outlets: dict[str, SocketOutlet] = {}
        self._opening = asyncio.Lock()
        self._clients: PackageClients | None = None

    async def open(
        self, sandbox_id: str, policy: EgressPolicy, tell: Tell, own: Mapping[str, Connect] | None = None
    ) -> SocketOutlet | None:
        """The sandbox's outlet, None when it leads nowhere. Raises SandboxUnavailable, ConfigError."""
        async with self._opening:
            before = self._outlets.pop(sandbox_id, None)
            if before is not None:
                await before.close()
            if policy.closed and not own:
                return None
            try:
                outlet = await self._make(sandbox_id, policy, tell, own or {})
                await outlet.start()
            except OSError as error:
                raise SandboxUnavailable(f"the way out of the sandbox cannot be opened: {error}") from error
            self._outlets[sandbox_id] = outlet
            return outlet

    async def close(self) -> None:
        """Close all outlets."""
        for outlet in self._outlets.values():
            await outlet.close()
        self._outlets.clear()

    async def _make(self, sandbox_id: str, policy: EgressPolicy, tell: Tell, own: Mapping[str, Connect]) -> SocketOutlet:
        setup, variables = self._setup, ()
        setup.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if policy.packages:
            self._clients = self._clients or await package_clients()
            allowed = (*policy.allowed, *self._clients.destinations)
            policy, variables = EgressPolicy(allowed, policy.credentials), self._clients.env
        ours = [self._authority.certificate] if any(one.scheme == "https" for one in policy.credentials) else []
        shown = trust.bundle(setup.folder, trust.read_ca(setup.ca_file), *ours) if ours or setup.ca_file else None
        resolver = None if setup.upstream and setup.upstream_resolves else self._resolver
        way = Way(
            Judge(sandbox_id, policy, tell, resolver), setup.upstream, lambda: self._trusted,
            lambda host: self._authority.context(host), own,
        )  # fmt: skip
        socket = _sockets(setup.folder) / f"{hashlib.sha256(sandbox_id.encode()).hexdigest()[:16]}.sock"
        return SocketOutlet(
            socket, way, Meter(setup.bytes_max), setup.connections_max, setup.seconds_max, doors=(Door(PORT, str(socket)),),
            env=client_env(str(shown / trust.BUNDLE) if shown else "", variables), mounts=(str(shown),) if shown else (),
        )  # fmt: skip

    @cached_property
    def _authority(self) -> "Authority":
        from forgecrew.integrations.egress_proxy.authority import Authority  # half a second of imports that few need

        self._setup.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return Authority(self._setup.folder)

    @cached_property
    def _trusted(self) -> ssl.SSLContext:
        return trust.outgoing(self._setup.ca_file)


def _sockets(folder: Path) -> Path:
    """Where sockets lie: in the folder, or where its path is too long for one, in a folder of ours for temporary files."""
    place = folder / "sockets"
    if len(str(place)) > _SOCKET_PATH_MAX - 24:
        name = hashlib.sha256(str(folder).encode()).hexdigest()[:16]
        place = Path(tempfile.gettempdir()) / f"forgecrew-{os.geteuid()}-{name}"
    place.mkdir(mode=0o700, exist_ok=True)
    info = place.lstat()
    if info.st_uid != os.geteuid() or info.st_mode & 0o170077 != 0o040000:
        raise OSError(f"{place} is not a folder of this user alone: remove it")
    return place
