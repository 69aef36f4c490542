"""The port `egress` by a proxy of our own: opens and closes outlets."""

import asyncio
from collections.abc import Mapping

from forgecrew.core.egress import EgressPolicy
from forgecrew.core.errors import SandboxUnavailable
from forgecrew.integrations.egress_proxy.judge import Resolve, resolve
from forgecrew.integrations.egress_proxy.outlet import SocketOutlet
from forgecrew.integrations.egress_proxy.outlet_maker import OutletMaker
from forgecrew.ports.egress import Connect, EgressSetup, Tell


def egress(setup: EgressSetup) -> "ProxyEgress":
    """The proxy (no I/O yet)."""
    return ProxyEgress(setup)


class ProxyEgress:
    """Implements ports.egress.Egress."""

    def __init__(self, setup: EgressSetup, resolver: Resolve = resolve) -> None:
        self._maker = OutletMaker(setup, resolver)
        self._outlets: dict[str, SocketOutlet] = {}
        self._opening = asyncio.Lock()

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
                outlet = await self._maker.make(sandbox_id, policy, tell, own or {})
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
