"""May this host be reached, and at which addresses: resolved once, every address checked, the checked ones given back."""

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable
from ipaddress import ip_address
from typing import NoReturn

from forgecrew.core.address import is_internal
from forgecrew.core.egress import EgressPolicy
from forgecrew.core.egress_decision import EgressDecision
from forgecrew.core.host_name import address_of
from forgecrew.ports.egress import Tell

Resolve = Callable[[str, int], Awaitable[list[str]]]
RESOLVE_SECONDS = 10.0
KEPT_MAX, TOLD_MAX = 5000, 500

log = logging.getLogger(__name__)


class Refused(Exception):
    """The policy says no; the message is the reason."""


class Judge:
    """The policy of one sandbox with a resolver; every decision is logged."""

    def __init__(self, sandbox_id: str, policy: EgressPolicy, tell: Tell, resolve: Resolve | None) -> None:
        self.policy = policy
        self.refused: list[EgressDecision] = []
        self._sandbox_id, self._tell, self._resolve = sandbox_id, tell, resolve
        self._told: set[EgressDecision] = set()

    async def addresses(self, host: str, port: int) -> list[str]:
        """Addresses to connect to; without a resolver the host itself. Raises Refused."""
        reason, found = self.policy.objection(host, port), [host]
        if not reason and address_of(host) is None and self._resolve is not None:
            try:
                async with asyncio.timeout(RESOLVE_SECONDS):
                    found = await self._resolve(host, port)
            except (OSError, UnicodeError):
                found = []
            reason = self.policy.address_objection(found, port, _inside)
        elif not reason and address_of(host) is not None:
            reason = self.policy.address_objection(found, port, _inside)
        if reason:
            await self.refuse(host, port, reason)
        await self._note(EgressDecision(self._sandbox_id, host, port))
        return found

    async def refuse(self, host: str, port: int, reason: str) -> NoReturn:
        """Keep and tell a refusal. Raises Refused, always."""
        decision = EgressDecision(self._sandbox_id, host, port, reason)
        if len(self.refused) < KEPT_MAX:
            self.refused.append(decision)
        await self._note(decision)
        raise Refused(reason)

    async def _note(self, decision: EgressDecision) -> None:
        """Log every decision; tell the first of its kind, for what is stored must not grow with what an agent repeats."""
        log.info("egress of %s: %s %s", decision.sandbox_id, decision.place, decision.reason or "allowed")
        if decision not in self._told and len(self._told) < TOLD_MAX:
            self._told.add(decision)
            await self._tell(decision)


async def resolve(host: str, port: int) -> list[str]:
    """All addresses of a name, by the system's resolver. Raises OSError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _inside(address: str) -> bool:
    return is_internal(address) or is_own(address)


def is_own(address: str) -> bool:
    """Whether an address is one of this machine: the kernel would talk to it from that same address. Nothing is sent."""
    family = socket.AF_INET6 if ip_address(address).version == 6 else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as asked:
            asked.connect((address, 9))
            return asked.getsockname()[0] == address
    except OSError:
        return False
