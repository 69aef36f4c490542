"""The way of one connection from a sandbox: what it wants is read, judged, and carried."""

import asyncio
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import h11

from forgecrew.integrations.egress_proxy.dial import dial
from forgecrew.integrations.egress_proxy.exchange import exchange
from forgecrew.integrations.egress_proxy.http_side import HttpSide
from forgecrew.integrations.egress_proxy.judge import Judge, Refused
from forgecrew.integrations.egress_proxy.link import Link, Meter
from forgecrew.integrations.egress_proxy.own_answer import answer
from forgecrew.integrations.egress_proxy.tunnel import tunnel
from forgecrew.integrations.egress_proxy.wish import BadWish, Wish, climbs, wish_of
from forgecrew.ports.egress import Connect

HEAD_SECONDS = 20.0
SHOWN_MAX = 100


@dataclass(frozen=True, slots=True)
class Way:
    """What an outlet's connections share; `shown_as` gives the context in which we play a host that gets a credential."""

    judge: Judge
    upstream: str
    trusted: Callable[[], ssl.SSLContext]
    shown_as: Callable[[str], ssl.SSLContext]
    own: Mapping[str, Connect]

    async def go(self, link: Link, inside: Wish | None = None) -> None:
        """Serve one connection; `inside` is the tunnel of ours that it came through."""
        client = HttpSide(link, server=True)
        try:
            async with asyncio.timeout(HEAD_SECONDS):
                request = await client.next()
            if not isinstance(request, h11.Request):
                return
            wish = await self._read(request, inside)
            if wish.method == "CONNECT":
                await self._connect(client, wish)
            else:
                await self._fetch(client, request, wish)
        except (BadWish, h11.RemoteProtocolError) as error:
            await answer(client, 400, f"refused: {error}")
        except Refused as refusal:
            await answer(client, 403, f"refused: {refusal}")
        except TimeoutError:
            await answer(client, 408, "it took too long")
        except OSError as error:
            await answer(client, 502, f"not reached: {error.strerror or error}")

    async def _read(self, request: h11.Request, inside: Wish | None) -> Wish:
        try:
            return wish_of(request, inside)
        except BadWish as error:
            place = request.target.decode("ascii", "replace").partition("?")[0][:SHOWN_MAX]
            await self.judge.refuse(inside.host if inside else place, inside.port if inside else 0, str(error))

    async def _connect(self, client: HttpSide, wish: Wish) -> None:
        if wish.host not in self.own and self.judge.policy.credentials_at("https", wish.host, wish.port):
            await self.judge.addresses(wish.host, wish.port)
            await _opened(client)
            if client.rest:
                raise BadWish("bytes before the tunnel was open")
            await client.link.secure(self.shown_as(wish.host))
            await self.go(client.link, Wish("", "https", wish.host, wish.port))
            return
        server = await self._reach(wish, client.link.meter)
        try:
            await _opened(client)
            await tunnel(client.link, server, wish, client.rest, self.judge.refuse)
        finally:
            await server.end()

    async def _fetch(self, client: HttpSide, request: h11.Request, wish: Wish) -> None:
        known = self.judge.policy.credentials_at(wish.scheme, wish.host, wish.port)
        if known and climbs(wish.path):
            raise BadWish("a path with dots in it, to a host that gets a credential")
        credential = next((one for one in known if one.fits(wish.scheme, wish.host, wish.port, wish.path)), None)
        server = await self._reach(wish, client.link.meter)
        try:
            if wish.scheme == "https":
                await server.secure(self.trusted(), wish.host)
            await exchange(client, HttpSide(server, server=False), request, wish, credential)
        finally:
            await server.end()

    async def _reach(self, wish: Wish, meter: Meter) -> Link:
        """A link to what is wished for, ours or outside. Judged for each connection, also inside a tunnel of ours."""
        if (connect := self.own.get(wish.host)) is not None:
            return Link(*await connect(wish.port), meter)
        return await dial(await self.judge.addresses(wish.host, wish.port), wish.port, self.upstream, meter)


async def _opened(client: HttpSide) -> None:
    while not isinstance(await client.next(), h11.EndOfMessage):
        raise BadWish("a body with CONNECT")
    await client.send(h11.Response(status_code=200, headers=[], reason=b"open"))
