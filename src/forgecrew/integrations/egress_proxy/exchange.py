"""One request and its answer, each read whole in meaning and written anew; a credential is added where it fits."""

import asyncio

import h11

from forgecrew.core.egress import Credential
from forgecrew.integrations.egress_proxy.http_side import Headers, HttpSide, carried
from forgecrew.integrations.egress_proxy.link import Cut
from forgecrew.integrations.egress_proxy.scrub import Scrub, secrets_of
from forgecrew.integrations.egress_proxy.wish import Wish


async def exchange(client: HttpSide, server: HttpSide, request: h11.Request, wish: Wish, credential: Credential | None) -> None:
    """Carry a request to the server and its answer back; the connection ends with it."""
    headers = [("host", wish.authority), ("connection", b"close"), *_asked(request, credential)]
    await server.send(h11.Request(method=request.method, target=wish.path, headers=headers))  # type: ignore[arg-type]
    scrub = Scrub(secrets_of(credential.value) if credential else ())
    sending, receiving = asyncio.ensure_future(_upload(client, server)), asyncio.ensure_future(_download(server, client, scrub))
    try:
        await asyncio.wait({sending, receiving}, return_when=asyncio.FIRST_COMPLETED)
        if not receiving.done() and not isinstance(sending.exception(), OSError | None):
            sending.result()
        # A server may answer, and stop reading, before it has been told everything.
        await receiving
    finally:
        for one in (sending, receiving):
            one.cancel()
        await asyncio.gather(sending, receiving, return_exceptions=True)


def _asked(request: h11.Request, credential: Credential | None) -> Headers:
    headers = [pair for pair in carried(request.headers) if pair[0] != b"host"]
    if any(name == b"transfer-encoding" for name, _ in request.headers):
        headers.append((b"transfer-encoding", b"chunked"))
    if credential is None:
        return headers
    own = credential.header.lower().encode()
    # Uncompressed, so that a secret in the answer is found.
    kept = [pair for pair in headers if pair[0] not in (own, b"accept-encoding")]
    return [*kept, (own, credential.value.encode()), (b"accept-encoding", b"identity")]


async def _upload(client: HttpSide, server: HttpSide) -> None:
    while True:
        event = await client.next()
        if isinstance(event, h11.Data):
            await server.send(h11.Data(data=bytes(event.data)))
        elif isinstance(event, h11.EndOfMessage):
            await server.send(h11.EndOfMessage())
            return
        else:
            raise Cut("the request ended before its end")


async def _download(server: HttpSide, client: HttpSide, scrub: Scrub) -> None:
    event = await server.next()
    while isinstance(event, h11.InformationalResponse):
        event = await server.next()
    if not isinstance(event, h11.Response):
        raise Cut("no answer")
    headers = [*scrub.headers(carried(event.headers)), (b"connection", b"close")]
    await client.send(h11.Response(status_code=event.status_code, headers=headers, reason=event.reason))
    while isinstance(event := await server.next(), h11.Data):
        if block := scrub.feed(bytes(event.data)):
            await client.send(h11.Data(data=block))
    if not isinstance(event, h11.EndOfMessage):
        raise Cut("the answer ended before its end")
    if rest := scrub.end():
        await client.send(h11.Data(data=rest))
    await client.send(h11.EndOfMessage())
