"""One tab: opened, read, clicked, filled, waited for, pictured."""

import asyncio
import base64
import json
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

from forgecrew.core.page import Page
from forgecrew.core.signals import TellModel
from forgecrew.integrations.chromium.devtools import DevTools
from forgecrew.integrations.chromium.flags import HEIGHT, WIDTH
from forgecrew.integrations.chromium.watch import Watch
from forgecrew.integrations.chromium.workspace_site import address_in

LOAD_SECONDS, QUIET_SECONDS, START_SECONDS, SCRIPT_SECONDS = 15.0, 1.0, 0.15, 8.0
CHARACTERS_MAX = 12_000
PICTURE_HEIGHT_MAX = 4000
_READ = Path(__file__).with_name("read_page.js").read_text("utf-8").replace("__CHARACTERS_MAX__", str(CHARACTERS_MAX))
_ACT = Path(__file__).with_name("act_on.js").read_text("utf-8")
_WORLD = "forgecrew"
_WRONG = {
    "gone": "There is no [{number}] on the page now. Read it again: numbers change with it.",
    "disabled": "[{number}] is disabled.",
    "no such entry": "The list [{number}] has no such entry. Use its words exactly.",
    "not a field": "[{number}] is not a field. Click it instead.",
}


class Tab:
    """Implements ports.browser.Browser over one DevTools connection; `end` closes what lies below."""

    def __init__(
        self, devtools: DevTools, watch: Watch, refused: Callable[[], Sequence[str]], end: Callable[[], Awaitable[None]]
    ):
        self._devtools, self._watch, self._refused, self._end = devtools, watch, refused, end

    async def begin(self) -> None:
        """Make it ready: quiet dialogs, no downloads, everything watched."""
        self._watch.answer = self._devtools.start
        tree = await self._devtools.call("Page.getFrameTree")
        self._watch.frame = tree["frameTree"]["frame"]["id"]
        size = {"width": WIDTH, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": False}
        orders = [self._devtools.call(f"{domain}.enable") for domain in ("Page", "Runtime", "Network", "Log", "Inspector")]
        orders += [
            self._devtools.call("Emulation.setDeviceMetricsOverride", **size),
            self._devtools.call("Browser.setDownloadBehavior", behavior="deny"),
        ]
        await asyncio.gather(*orders)

    async def open(self, url: str) -> Page:
        """Go to an address, or to a file of the workspace."""
        address = address_in(url)
        self._watch.loading = True
        going = await self._devtools.call("Page.navigate", url=address, seconds=LOAD_SECONDS * 2)
        if problem := going.get("errorText"):
            self._watch.loading = False
            if problem == "net::ERR_ABORTED":  # a download, or an answer without content
                return await self._seen("nothing was shown: the address gives no page, but a download or nothing")
            raise TellModel(f"{url} could not be opened: {problem}{self._why()}")
        if "loaderId" not in going:  # within the same document
            self._watch.loading = False
        return await self._settled()

    async def read(self) -> Page:
        """The page as it is now."""
        return await self._seen("")

    async def click(self, number: int) -> Page:
        """Click, and wait for what comes of it."""
        return await self._act(number, None)

    async def fill(self, number: int, text: str) -> Page:
        """Fill, and wait for what comes of it."""
        return await self._act(number, text)

    async def wait(self, text: str, seconds: float) -> Page:
        """Until the page shows the text, looked for four times a second."""
        sought = f"(document.body?.innerText || '').includes({json.dumps(text)})"
        try:
            async with asyncio.timeout(seconds):
                while not await self._run(sought):  # noqa: ASYNC110 - it is looked for on the page, which tells nobody
                    await asyncio.sleep(0.25)
        except TimeoutError:
            return await self._seen(f"{text!r} did not appear within {seconds:g} s")
        return await self._seen("")

    async def screenshot(self, *, whole: bool = False) -> bytes:
        """PNG of the window, or of the page down to a bound."""
        more: dict[str, Any] = {}
        if whole:
            size = (await self._devtools.call("Page.getLayoutMetrics"))["cssContentSize"]
            height = min(max(size["height"], HEIGHT), PICTURE_HEIGHT_MAX)
            more = {"captureBeyondViewport": True, "clip": {"x": 0, "y": 0, "width": WIDTH, "height": height, "scale": 1}}
        shot = await self._devtools.call("Page.captureScreenshot", format="png", optimizeForSpeed=True, **more)
        return base64.b64decode(shot["data"])

    async def log(self) -> Sequence[str]:
        """What happened since the last call."""
        return [*self._watch.take(), *self._refused()]

    async def close(self) -> None:
        """End the browser."""
        try:
            await self._devtools.close()
        finally:  # also when cancelled
            await asyncio.shield(self._end())

    async def _act(self, number: int, text: str | None) -> Page:
        script = _ACT.replace("__NUMBER__", str(int(number))).replace("__TEXT__", json.dumps(text))
        wrong = await self._run(script)
        if wrong:
            raise TellModel(_WRONG[wrong].format(number=number))
        await self._watch.started(START_SECONDS)
        return await self._settled()

    async def _settled(self) -> Page:
        if await self._watch.settled(LOAD_SECONDS, QUIET_SECONDS):
            return await self._seen("")
        await self._devtools.call("Page.stopLoading")
        return await self._seen(f"it was still loading after {LOAD_SECONDS:g} s and was stopped")

    async def _seen(self, note: str) -> Page:
        try:
            found = await self._run(_READ)
        except TellModel:
            # A script that never ends: stop it, then read what it has left.
            await self._devtools.call("Runtime.terminateExecution")
            found = await self._run(_READ)
            note = "a script of the page never ended and was stopped"
        return Page(found["url"], found["title"], found["text"], found["elements"], found["cut"], note)

    async def _run(self, script: str) -> Any:
        """The value of an expression in a world of ours, which each document has once."""
        made = await self._devtools.call(
            "Page.createIsolatedWorld", frameId=self._watch.frame, worldName=_WORLD, seconds=SCRIPT_SECONDS
        )
        done = await self._devtools.call(
            "Runtime.evaluate", expression=script, contextId=made["executionContextId"], returnByValue=True,
            seconds=SCRIPT_SECONDS,
        )  # fmt: skip
        if "exceptionDetails" in done:
            raise TellModel(f"The page could not be read: {done['exceptionDetails']['text']}")
        return done["result"].get("value")

    def _why(self) -> str:
        return "".join(f"\n{line}" for line in self._refused())
