"""The API server and the router of a cluster for tests, over real HTTP."""

import asyncio
import contextlib
import json
from asyncio import StreamReader, StreamWriter
from typing import Any
from urllib.parse import parse_qs, urlsplit

from .state import Object, Refused, State


async def serve(state: State) -> asyncio.Server:
    """Serve a cluster at a free port of 127.0.0.1."""

    async def one(reader: StreamReader, writer: StreamWriter) -> None:
        state.serving.add(asyncio.current_task())
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while await _request(state, reader, writer):
                pass
        writer.close()
        state.serving.discard(asyncio.current_task())

    return await asyncio.start_server(one, "127.0.0.1", 0, limit=1 << 20)


async def _request(state: State, reader: StreamReader, writer: StreamWriter) -> bool:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.strip().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    method, target, _ = first.split(" ")
    length = int(headers.get("content-length", 0))
    state.log.append(f"{method} {target[:200]}")
    if not target.startswith("/api"):
        await _forward(state, head, headers, length, reader, writer)
        return False
    url = urlsplit(target)
    query = {name: values[0] for name, values in parse_qs(url.query).items()}
    body = json.loads(await reader.readexactly(length) or b"null")
    try:
        if query.get("watch", "").lower() == "true":
            await _watch(state, url.path, query, writer)
            return False
        status, answer = 201 if method == "POST" else 200, await _do(state, method, url.path, query, body)
    except Refused as error:
        status = error.status
        answer = {"kind": "Status", "status": "Failure", "reason": error.reason, "code": status, "message": str(error)}
    data = json.dumps(answer).encode()
    writer.write(
        f"HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {len(data)}\r\n\r\n".encode() + data
    )
    await writer.drain()
    return True


async def _do(state: State, method: str, path: str, query: dict[str, str], body: Any) -> Object:
    plural, name = _place(state, path)
    if method == "POST":
        return state.add(plural, body)
    if method == "DELETE":
        state.remove(plural, name)
        return {"kind": "Status", "status": "Success"}
    if not name:
        items = _listed(state, plural, query)
        return {"kind": "List", "items": items, "metadata": {"resourceVersion": str(state.version)}}
    found = state.objects.get((plural, state.namespace, name))
    if found is None:
        raise Refused(404, "NotFound", f"{plural} {name} not found")
    if method == "PATCH":
        for key, value in body["spec"].items():
            found["spec"][key] = value
        state.touch(found)
        if plural == "sandboxes":
            state.work(state.settle(found))
    return found


def _place(state: State, path: str) -> tuple[str, str]:
    """Plural and name of a path; what a cluster does not have is not found."""
    parts = path.strip("/").split("/")
    group = "" if parts[0] == "api" else parts[1]
    rest = parts[2:] if parts[0] == "api" else parts[3:]
    if rest[0] == "namespaces" and len(rest) == 2:
        if rest[1] != state.namespace:
            raise Refused(404, "NotFound", f"namespaces {rest[1]} not found")
        state.objects["namespaces", state.namespace, rest[1]] = {"metadata": {"name": rest[1]}}
        return "namespaces", rest[1]
    if rest[0] == "runtimeclasses":
        if ("runtimeclasses", "", rest[1]) not in state.objects:
            raise Refused(404, "NotFound", f"runtimeclasses {rest[1]} not found")
        state.objects["runtimeclasses", state.namespace, rest[1]] = {"metadata": {"name": rest[1]}, "handler": rest[1]}
        return "runtimeclasses", rest[1]
    if group.endswith("agents.x-k8s.io") and ("runtimeclasses", "", "none") in state.objects:
        raise Refused(404, "NotFound", "the server could not find the requested resource")
    return rest[2], rest[3] if len(rest) > 3 else ""


def _listed(state: State, plural: str, query: dict[str, str]) -> list[Object]:
    field, label = query.get("fieldSelector", ""), query.get("labelSelector", "")
    items = [
        body for (kind, _, name), body in state.objects.items() if kind == plural and field in ("", f"metadata.name={name}")
    ]
    key, _, value = label.partition("=")
    return [one for one in items if not label or one["metadata"].get("labels", {}).get(key) == value]


async def _watch(state: State, path: str, query: dict[str, str], writer: StreamWriter) -> None:
    plural, _ = _place(state, path)
    writer.write(
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n"
    )
    told: dict[str, str] = {}
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(float(query.get("timeoutSeconds", 30))):
            while True:
                changed = state.changed
                for item in _listed(state, plural, query):
                    name, version = item["metadata"]["name"], item["metadata"]["resourceVersion"]
                    if told.get(name) != version:
                        kind = "MODIFIED" if name in told else "ADDED"
                        line = json.dumps({"type": kind, "object": item}).encode() + b"\n"
                        writer.write(b"%x\r\n%s\r\n" % (len(line), line))
                        told[name] = version
                await writer.drain()
                if writer.transport.is_closing():
                    return
                await changed.wait()
    writer.write(b"0\r\n\r\n")


async def _forward(
    state: State, head: str, headers: dict[str, str], length: int, reader: StreamReader, writer: StreamWriter
) -> None:
    """What the router does: hand a request to the server of a pod."""
    pod = state.pods.get(headers.get("x-sandbox-id", ""))
    try:
        if pod is None:
            raise ConnectionRefusedError
        inside, outside = await pod[1].connect(int(headers["x-sandbox-port"]))
    except ConnectionRefusedError:
        writer.write(b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        return
    outside.write(head.encode("latin-1"))
    while length > 0:
        block = await reader.read(min(length, 1 << 16))
        if not block:
            break
        length -= len(block)
        outside.write(block)
        await outside.drain()
    with contextlib.suppress(ConnectionError):
        while block := await inside.read(1 << 16):
            writer.write(block)
            await writer.drain()
    outside.close()
