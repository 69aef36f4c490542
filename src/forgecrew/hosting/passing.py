"""Passing one request on to its app, over a stream that is kept for reuse where one is free."""

import h11

from forgecrew.core.errors import RefusedError
from forgecrew.hosting.answers import Answer, page
from forgecrew.hosting.exchange import exchange
from forgecrew.hosting.headers import Headers, inwards
from forgecrew.hosting.hosted import Hosted
from forgecrew.hosting.wire import Wire

_SPARE_MAX = 8


async def pass_on(browser: Wire, request: h11.Request, hosted: Hosted, *, https: bool) -> Answer | None:
    """None when the app has answered; what it can answer nothing to is told by a page."""
    names = dict(request.headers)
    wants = b"upgrade" in names.get(b"connection", b"").lower() and names.get(b"upgrade", b"")
    peer = browser.writer.get_extra_info("peername")
    headers = inwards(
        request.headers, upgrade=wants or b"", chunked=b"transfer-encoding" in names, client=peer[0] if peer else "",
        https=https,
    )  # fmt: skip
    again_fits = request.method in (b"GET", b"HEAD") and b"content-length" not in names and b"transfer-encoding" not in names
    hosted.streams += 1
    try:
        app = await _stream(hosted, fresh=not again_fits)
        try:
            kept = await _once(browser, app, request, headers)
        except (ConnectionError, h11.RemoteProtocolError):
            if not again_fits or browser.parser.our_state is not h11.SEND_RESPONSE or browser.reader.at_eof():
                raise
            app = await _stream(hosted, fresh=True)  # it had closed a stream that was kept for reuse, or was just ending
            kept = await _once(browser, app, request, headers)
        _keep(hosted, app) if kept else app.close()
    except RefusedError as error:
        return page(502, "The app does not work", "It cannot answer at the moment.", detail=str(error))
    except (ConnectionError, h11.RemoteProtocolError) as error:
        if browser.parser.our_state is not h11.SEND_RESPONSE:
            raise
        return page(502, "The app does not work", "It gave no answer that can be passed on.", detail=str(error))
    finally:
        hosted.streams -= 1
    return None


async def _once(browser: Wire, app: Wire, request: h11.Request, headers: Headers) -> bool:
    try:
        return await exchange(browser, app, request, headers)
    except BaseException:  # whatever went wrong, the stream must not stay
        app.close()
        raise


async def _stream(hosted: Hosted, *, fresh: bool) -> Wire:
    while hosted.spare and not fresh:
        wire = hosted.spare.pop()
        if not wire.reader.at_eof() and not wire.writer.is_closing():
            hosted.touch()
            return wire
        wire.close()
    return Wire(*await hosted.connect(), client=False)


def _keep(hosted: Hosted, wire: Wire) -> None:
    hosted.spare.append(wire)
    if len(hosted.spare) > _SPARE_MAX:
        hosted.spare.popleft().close()
