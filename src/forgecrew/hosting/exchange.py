"""One request and its answer between a browser and an app."""

import asyncio
from collections.abc import Sequence

import h11

from forgecrew.core.relay import relay
from forgecrew.hosting.headers import Headers, outwards
from forgecrew.hosting.wire import Wire


async def exchange(browser: Wire, app: Wire, request: h11.Request, headers: Headers) -> bool:
    """Pass the request (head already read) and its answer; True when the app's stream can be used again.

    Raises ConnectionError when the app's stream ended before anything of an answer came.
    """
    await app.send(h11.Request(method=request.method, target=request.target, headers=headers))
    asking = asyncio.ensure_future(_pass_body(browser, app)) if has_body(request) else None
    if asking is None:
        await app.send(h11.EndOfMessage())
    beside = [asyncio.ensure_future(_leave_with(browser, app, asking)), *([asking] if asking is not None else [])]
    try:
        return await _pass_answer(browser, app, beside)
    finally:
        await _ended(beside)


async def _leave_with(browser: Wire, app: Wire, asking: "asyncio.Future[None] | None") -> None:
    """Cut the app's stream off when the browser has gone: an app that says nothing would be waited for as long as it lives."""
    if asking is not None:
        await asyncio.wait({asking})
    await browser.gone()
    app.writer.transport.abort()


async def _ended(tasks: "Sequence[asyncio.Future[None]]") -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _pass_answer(browser: Wire, app: Wire, beside: "Sequence[asyncio.Future[None]]") -> bool:
    while True:
        event = await app.next()
        if type(event) is h11.Response:
            break
        if type(event) is h11.InformationalResponse:
            if event.status_code == 101:
                await _ended(beside)
                await _switch(browser, app, event)
                return False
            continue
        raise ConnectionError("the app closed the stream before it answered")
    answer = h11.Response(status_code=event.status_code, headers=outwards(event.headers), reason=event.reason)
    await browser.send(answer)
    while True:
        event = await app.next()
        if type(event) is h11.Data:
            await browser.send(h11.Data(data=event.data))
        elif type(event) is h11.EndOfMessage:
            await browser.send(h11.EndOfMessage())
            return app.again()
        else:
            raise h11.RemoteProtocolError("the app broke its answer off")


async def _switch(browser: Wire, app: Wire, answer: h11.InformationalResponse) -> None:
    """WebSocket and the like: from here on bytes are passed as they come."""
    await browser.send(h11.InformationalResponse(status_code=101, headers=outwards(answer.headers, upgrade=True)))
    for one, other in ((browser, app), (app, browser)):
        rest, _ = one.parser.trailing_data
        if rest:
            other.writer.write(rest)
    await relay((browser.reader, browser.writer), (app.reader, app.writer))


async def _pass_body(browser: Wire, app: Wire) -> None:
    while True:
        event = await browser.next()
        if type(event) is h11.Data:
            await app.send(h11.Data(data=event.data))
        elif type(event) is h11.EndOfMessage:
            await app.send(h11.EndOfMessage())
            return
        else:
            return


def has_body(request: h11.Request) -> bool:
    """Whether something follows the head."""
    return any(name == b"transfer-encoding" or (name == b"content-length" and value != b"0") for name, value in request.headers)
