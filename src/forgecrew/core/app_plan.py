"""How an app is started: told by `.forgecrew/preview.toml`, or found by looking at its files."""

import json
import re
import shlex
import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, cast

from forgecrew.core.errors import RefusedError

PREVIEW_FILE = ".forgecrew/preview.toml"
LOOKED_AT = ("app.py", "main.py", "server.py", "package.json")
"""Files whose content decides, besides PREVIEW_FILE."""
PORT = 8000
"""The port of an app's own loopback unless it says another; it is told to the app as PORT."""

_KNOWN = ("kind", "command", "port")
_STATIC_FOLDERS = (".", "public", "dist", "site", "_site", "build", "docs")
_ASGI = re.compile(r"^(\w+)\s*=\s*(?:FastAPI|Starlette|Litestar|Quart|Sanic)\(", re.M)
_WSGI = re.compile(r"^(\w+)\s*=\s*(?:Flask|Bottle)\(|^def (application)\(", re.M)
_WSGI_SERVER = (
    "import importlib, sys, wsgiref.simple_server as s; "
    "s.make_server('127.0.0.1', int(sys.argv[3]), getattr(importlib.import_module(sys.argv[1]), sys.argv[2])).serve_forever()"
)
_STATIC_SERVER = (
    "import functools, http.server as h, sys; h.SimpleHTTPRequestHandler.protocol_version = 'HTTP/1.1'; "
    "h.ThreadingHTTPServer(('127.0.0.1', int(sys.argv[2])), "
    "functools.partial(h.SimpleHTTPRequestHandler, directory=sys.argv[1])).serve_forever()"
)
UNKNOWN = (
    "forgecrew found nothing to start: add index.html, app.py, main.py or package.json with a start script, or name the "
    f'command in {PREVIEW_FILE}: [preview] command = "python3 serve.py", port = 8000'
)


@dataclass(frozen=True, slots=True)
class AppPlan:
    """The command to start and the port on which it will listen."""

    kind: str
    argv: tuple[str, ...]
    port: int = PORT


def plan(names: Collection[str], contents: dict[str, str]) -> AppPlan:
    """The plan for a folder that holds `names` (one level of its tree, and the static folders' index files).

    `contents` are those of PREVIEW_FILE and LOOKED_AT that are there. Raises RefusedError, saying what is missing.
    """
    told = contents.get(PREVIEW_FILE)
    if told is not None:
        return _told(told, names, contents)
    return _found(names, contents, PORT)


def _told(text: str, names: Collection[str], contents: dict[str, str]) -> AppPlan:
    try:
        whole: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RefusedError(f"{PREVIEW_FILE} is not valid TOML: {error}") from error
    table: Any = whole.get("preview", {})
    if not isinstance(table, dict):
        raise RefusedError(f"{PREVIEW_FILE}: [preview] must be a table")
    values = cast("dict[str, Any]", table)
    if unknown := [name for name in whole if name != "preview"] + [f"preview.{name}" for name in values if name not in _KNOWN]:
        raise RefusedError(f"{PREVIEW_FILE}: {unknown[0]} is not known; it holds a table [preview] with {', '.join(_KNOWN)}")
    port, kind, command = values.get("port", PORT), values.get("kind", ""), values.get("command", "")
    if type(port) is not int or not 1024 <= port < 65536:
        raise RefusedError(f"{PREVIEW_FILE}: preview.port must be a whole number from 1024 to 65535")
    if kind not in ("", "static", "python", "node", "command"):
        raise RefusedError(f"{PREVIEW_FILE}: preview.kind is {kind!r}; it may be static, python, node or command")
    if isinstance(command, str) and command:
        return AppPlan(kind or "command", ("sh", "-c", command), port)
    if isinstance(command, list) and command:
        return AppPlan(kind or "command", tuple(str(word) for word in cast("list[Any]", command)), port)
    if command not in ("", []):
        raise RefusedError(f"{PREVIEW_FILE}: preview.command must be a text or a list of texts")
    return _found(names, contents, port, kind)


def _found(names: Collection[str], contents: dict[str, str], port: int, kind: str = "") -> AppPlan:
    makers = {"node": _node, "python": _python, "static": _static}
    for name, maker in makers.items():
        argv = maker(names, contents, port) if kind in ("", name) else None
        if argv is not None:
            return AppPlan(name, argv, port)
    raise RefusedError(UNKNOWN)


def _node(names: Collection[str], contents: dict[str, str], port: int) -> tuple[str, ...] | None:
    if "package.json" not in contents:
        return None
    try:
        package: Any = json.loads(contents["package.json"])
        start = str(package.get("scripts", {}).get("start", "") or "")
        main = str(package.get("main", "") or "")
    except (ValueError, AttributeError) as error:
        raise RefusedError(f"package.json cannot be read: {error}") from error
    if start:
        return ("sh", "-c", f'PATH="$PWD/node_modules/.bin:$PATH"; {start}')
    found = next((name for name in (main, "server.js", "index.js", "app.js") if name in names), None)
    return ("node", found) if found else None


def _python(names: Collection[str], contents: dict[str, str], port: int) -> tuple[str, ...] | None:
    program = ".venv/bin/python" if ".venv" in names else "python3"
    for name in ("app.py", "main.py", "server.py"):
        text = contents.get(name)
        if text is None:
            continue
        module = name.removesuffix(".py")
        if asgi := _ASGI.search(text):
            return (program, "-m", "uvicorn", f"{module}:{asgi[1]}", "--host", "127.0.0.1", "--port", str(port))
        if "__main__" not in text and (wsgi := _WSGI.search(text)):
            return (program, "-u", "-c", _WSGI_SERVER, module, wsgi[1] or wsgi[2], str(port))
        return (program, "-u", name)
    return None


def _static(names: Collection[str], contents: dict[str, str], port: int) -> tuple[str, ...] | None:
    for folder in _STATIC_FOLDERS:
        if (f"{folder}/index.html" if folder != "." else "index.html") in names:
            return ("python3", "-u", "-c", _STATIC_SERVER, folder, str(port))
    return None


def shown(argv: tuple[str, ...]) -> str:
    """A command as people type it."""
    return shlex.join(argv)
