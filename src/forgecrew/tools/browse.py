"""Looks at pages in a browser: files of the workspace, what the agent serves, and hosts of the allow-list."""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from forgecrew.core.action import Action, Observation
from forgecrew.core.command import Command
from forgecrew.core.errors import SandboxUnavailable
from forgecrew.core.page import Page
from forgecrew.core.signals import TellModel
from forgecrew.ports.browser import Browser, Browsers
from forgecrew.ports.sandbox import Sandbox
from forgecrew.ports.service import Service
from forgecrew.ports.tool import Tool

NEEDS = ("browsers", "keep_bytes")
LINES_MAX, LOG_LINES_MAX, WAIT_SECONDS, IDLE_SECONDS, SERVED_SECONDS = 12, 20, 10.0, 600.0, 3600.0
FORM = """Write one command a line: open <address>, click <number>, fill <number> <text>, wait <text>, read, screenshot, log,
serve <command>."""

Keep = Callable[[bytes], Awaitable[str]]


def tool(browsers: Browsers, keep_bytes: Keep) -> Tool:
    """A browser; pictures are kept by `keep_bytes`, which gives their SHA-256."""
    return Browse(browsers, keep_bytes)


@dataclass(slots=True)
class Seat:
    """What one sandbox has at hand: its browser, and what it serves."""

    browser: Browser | None = None
    served: Service | None = None
    closing: asyncio.TimerHandle | None = None

    async def apps(self, port: int) -> tuple[StreamReader, StreamWriter]:
        """A stream to what is served. Raises ConnectionRefusedError."""
        if self.served is None:
            raise ConnectionRefusedError("nothing is served: use serve <command> first")
        return await self.served.connect(port)


class Browse:
    """Kind `browse`. A browser that nobody uses for ten minutes is closed."""

    kind = "browse"
    contract = Path(__file__).with_suffix(".md").read_text(encoding="utf-8").strip()

    def __init__(self, browsers: Browsers, keep_bytes: Keep) -> None:
        self._browsers, self._keep = browsers, keep_bytes
        self._seats: dict[str, Seat] = {}
        self._ends: set[asyncio.Future[None]] = set()

    async def run(self, sandbox: Sandbox, action: Action) -> Observation:
        """Each command in turn; the first that fails ends it. Pages are shown once, as they are after the last command."""
        lines = [line.strip() for line in f"{action.argument}\n{action.body}".splitlines() if line.strip()]
        if not lines or len(lines) > LINES_MAX:
            raise TellModel(FORM)
        seat = self._seats.setdefault(sandbox.spec.id, Seat())
        shown: list[str] = []
        page: Page | None = None
        line = ""
        try:
            for line in lines:
                seen = await self._do(sandbox, seat, *line.partition(" ")[::2])
                page, more = (seen, "") if isinstance(seen, Page) else (page, seen)
                shown += [more] if more else []
        except TellModel as complaint:
            return Observation("\n".join([*shown, f"{line}: {complaint}"]), ok=False)
        except SandboxUnavailable:
            await self._end(sandbox.spec.id)
            raise
        finally:
            self._later(sandbox.spec.id)
        if seat.browser is not None and (log := await seat.browser.log()):
            shown += ["", *log[-LOG_LINES_MAX:]]
        return Observation("\n".join([*([_shown(page)] if page else []), *shown]).strip() or "done")

    async def _do(self, sandbox: Sandbox, seat: Seat, word: str, rest: str) -> Page | str:
        if word == "serve" and rest:
            return await self._serve(sandbox, seat, rest)
        if seat.browser is None:
            if word != "open":
                raise TellModel("No page is open. Begin with open <address>.")
            try:
                seat.browser = await self._browsers.start(sandbox, seat.apps)
            except SandboxUnavailable as error:  # a run goes on without a browser where a machine has none
                raise TellModel(f"The browser does not start: {error}") from error
        browser, (first, _, text) = seat.browser, rest.partition(" ")
        if word == "open" and rest:
            return await browser.open(rest)
        if word in ("click", "fill"):
            number = first.strip("[]")
            if not number.isdecimal():
                raise TellModel(f"{word} needs a number as it stands on the page, e.g. {word} 3")
            return await (browser.click(int(number)) if word == "click" else browser.fill(int(number), _unquoted(text)))
        if word == "wait" and rest:
            return await browser.wait(_unquoted(rest), WAIT_SECONDS)
        if word == "screenshot":
            return f"screenshot kept: {await self._keep(await browser.screenshot(whole=rest == 'whole'))}"
        if word == "log":
            return "\n".join(await browser.log()) or "the log is empty"
        if word == "read":
            return await browser.read()
        raise TellModel(FORM)

    async def _serve(self, sandbox: Sandbox, seat: Seat, command: str) -> str:
        if seat.served is not None:
            await seat.served.stop()
        seat.served = await sandbox.start(Command(("/bin/sh", "-c", command), timeout_seconds=SERVED_SECONDS))
        return f"serving: {command}"

    def _later(self, name: str) -> None:
        seat = self._seats.get(name)
        if seat is None:
            return
        if seat.closing is not None:
            seat.closing.cancel()

        def close() -> None:
            ending = asyncio.ensure_future(self._end(name))
            self._ends.add(ending)
            ending.add_done_callback(self._ends.discard)

        seat.closing = asyncio.get_running_loop().call_later(IDLE_SECONDS, close)

    async def _end(self, name: str) -> None:
        seat = self._seats.pop(name, None)
        if seat is None:
            return
        if seat.closing is not None:
            seat.closing.cancel()
        with suppress(SandboxUnavailable, OSError):
            if seat.browser is not None:
                await seat.browser.close()
            if seat.served is not None:
                await seat.served.stop()


def _shown(page: Page) -> str:
    notes = [f"({page.note})"] if page.note else []
    cut = ["(the page goes on)"] if page.cut else []
    return "\n".join([f"{page.title} — {page.url}", *notes, "", page.text, *cut])


def _unquoted(text: str) -> str:
    text = text.strip()
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text
