"""What the proxy itself answers, where nobody outside is asked: a refusal, a mistake, a place that is not reached."""

import h11

from forgecrew.integrations.egress_proxy.http_side import HttpSide

_REASONS = {400: "Bad Request", 403: "Forbidden", 408: "Request Timeout", 502: "Bad Gateway"}


async def answer(client: HttpSide, status: int, text: str) -> None:
    """Tell the client, unless an answer has already begun."""
    if client.connection.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
        return
    body = f"forgecrew egress: {text}\n".encode()
    headers = [("content-type", "text/plain; charset=utf-8"), ("content-length", str(len(body))), ("connection", "close")]
    try:
        await client.send(h11.Response(status_code=status, headers=headers, reason=_REASONS[status].encode()))
        await client.send(h11.Data(data=body))
        await client.send(h11.EndOfMessage())
    except (OSError, TimeoutError, h11.LocalProtocolError):
        return
