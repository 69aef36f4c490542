"""An app's files brought into its sandbox, unpacked inside, and looked at to find how it is started."""

from collections.abc import Awaitable, Callable

from forgecrew.core.app import App
from forgecrew.core.app_plan import LOOKED_AT, PREVIEW_FILE, AppPlan, plan
from forgecrew.core.command import Command
from forgecrew.core.errors import RefusedError
from forgecrew.core.signals import TellModel
from forgecrew.ports.sandbox import Sandbox

_MARK = ".forgecrew-unpacked"
_UNPACK = f"tar -xzf - --no-same-owner --no-same-permissions && rm -rf {_MARK} && touch {_MARK}"
_LIST = 'for f in * .[!.]* */index.html; do [ -e "$f" ] && printf \'%s\\n\' "$f"; done; :'
_SECONDS = 120.0


async def unpack(sandbox: Sandbox, files: Callable[[], Awaitable[bytes]]) -> None:
    """Unpack the gzipped tar that `files` gives, unless that was done before. Raises RefusedError."""
    try:
        await sandbox.read(_MARK)
    except TellModel:
        unpacked = await sandbox.exec(Command(("sh", "-c", _UNPACK), stdin=await files(), timeout_seconds=_SECONDS))
        if not unpacked.ok:
            said = unpacked.text.strip()[-300:]
            raise RefusedError(f"the app's files cannot be unpacked ({unpacked.reason}): {said or 'no message'}") from None


async def look(sandbox: Sandbox, app: App) -> AppPlan:
    """How it is started: as asked for, else by its files. Raises RefusedError."""
    contents: dict[str, str] = {}
    listed = await sandbox.exec(Command(("sh", "-c", _LIST), timeout_seconds=_SECONDS))
    names = set(listed.text.splitlines())
    for name in (PREVIEW_FILE, *LOOKED_AT):
        if name.split("/")[0] in names:
            try:
                contents[name] = (await sandbox.read(name, bytes_max=1 << 18)).decode("utf-8", "replace")
            except TellModel:
                continue
    if app.command:
        return AppPlan("command", app.command, app.port or 8000)
    found = plan(names, contents)
    return AppPlan(found.kind, found.argv, app.port or found.port)
