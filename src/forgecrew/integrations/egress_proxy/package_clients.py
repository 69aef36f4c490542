"""Which hosts the package clients of this machine are set to: each client is asked, or its own file is read."""

import asyncio
import json
import os
import re
import shutil
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from xml.etree import ElementTree

from forgecrew.core.destination import Destination
from forgecrew.core.host_name import host_of

ASK_SECONDS = 20.0
_URL = re.compile(r"https?://[^\s'\"|,;<>()]+")
_PIP_DEFAULT = re.compile(r"Base URL of the Python Package Index \(default\s+(\S+?)\)")


@dataclass(frozen=True, slots=True)
class PackageClients:
    """Hosts, and variables that give clients in a sandbox the same addresses; logins in them are left out."""

    destinations: tuple[Destination, ...]
    env: tuple[tuple[str, str], ...]


async def package_clients(home: Path | None = None) -> PackageClients:
    """Ask pip, npm and Go, and read the settings of cargo and Maven; what is not here, or not set, adds nothing."""
    home = home or Path.home()
    pip, more, npm, go = await asyncio.gather(
        _ask("pip3", "install", "--help"), _ask("pip3", "config", "list"), _ask("npm", "config", "get", "registry"),
        _ask("go", "env", "-json", "GOPROXY", "GOSUMDB"),
    )  # fmt: skip
    index = _PIP_DEFAULT.search(" ".join(pip.split()))
    proxies = _go(go)
    env = {
        "PIP_INDEX_URL": _without_login(index[1]) if index else "",
        "npm_config_registry": _without_login(npm.strip()),
        **{name: _URL.sub(lambda url: _without_login(url[0]), value) for name, value in proxies.items()},
    }
    extra = [line for line in more.splitlines() if "index-url" in line or "find-links" in line]
    urls = [url for text in (*env.values(), *extra, *_cargo(home), *_maven(home)) for url in _URL.findall(text)]
    if sums := proxies.get("GOSUMDB", ""):
        urls.append(f"https://{sums.split('+')[0].split()[0]}/")
    found = dict.fromkeys(one for url in urls if (one := _destination(url)) is not None)
    return PackageClients(tuple(found), tuple((name, value) for name, value in env.items() if value.startswith("http")))


async def _ask(program: str, *arguments: str) -> str:
    """What a client prints, empty where it is not there or fails. It runs in / so that no project's file is read."""
    path = shutil.which(program)
    if path is None:
        return ""
    process = await asyncio.create_subprocess_exec(
        path, *arguments, cwd="/", env={**os.environ, "COLUMNS": "1000", "NO_COLOR": "1"}, stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        async with asyncio.timeout(ASK_SECONDS):
            output, _ = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        return ""
    return output.decode("utf-8", "replace") if process.returncode == 0 else ""


def _go(text: str) -> dict[str, str]:
    with suppress(ValueError):
        said: Any = json.loads(text)
        return {name: str(said[name]) for name in ("GOPROXY", "GOSUMDB") if said.get(name) not in (None, "", "off")}
    return {}


def _cargo(home: Path) -> Iterator[str]:
    folder = Path(os.environ.get("CARGO_HOME") or home / ".cargo")
    for name in ("config.toml", "config"):
        with suppress(OSError, ValueError):
            content: dict[str, Any] = tomllib.loads((folder / name).read_text("utf-8"))
            for table in (*content.get("source", {}).values(), *content.get("registries", {}).values()):
                yield from (str(table.get(key, "")).removeprefix("sparse+") for key in ("registry", "index"))


def _maven(home: Path) -> Iterator[str]:
    with suppress(OSError, ElementTree.ParseError):
        tree = ElementTree.parse(home / ".m2" / "settings.xml")  # noqa: S314 - the operator's own file
        yield from (entry.text or "" for entry in tree.iter() if entry.tag.rpartition("}")[2] == "url")


def _without_login(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def _destination(url: str) -> Destination | None:
    with suppress(ValueError):
        parts = urlsplit(url)
        return Destination(host_of(parts.hostname or ""), (parts.port or {"http": 80, "https": 443}[parts.scheme],))
    return None
