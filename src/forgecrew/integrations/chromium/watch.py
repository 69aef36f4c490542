"""What happens in a tab while nobody asks: loading, requests, console, dialogs, popups, downloads."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any

LINES_MAX, LINE_CHARACTERS_MAX = 200, 300


class Watch:
    """Keeps lines for people, and whether the tab is still busy; `answer` sends a command back."""

    def __init__(self) -> None:
        self.lines: deque[str] = deque(maxlen=LINES_MAX)
        self.answer: Callable[..., object] = lambda *_, **__: None
        self.frame = ""
        self.target = ""
        self.loading = False
        self.changed = asyncio.Event()
        self.requests: dict[str, str] = {}

    def __call__(self, method: str, given: dict[str, Any]) -> None:
        """Take one event."""
        taker = getattr(self, "_" + method.replace(".", "_"), None)
        if taker is not None:
            taker(given)
            self.changed.set()

    def note(self, line: str) -> None:
        """Keep a line."""
        self.lines.append(" ".join(line.split())[:LINE_CHARACTERS_MAX])

    def take(self) -> list[str]:
        """The lines, which are forgotten then."""
        taken = list(self.lines)
        self.lines.clear()
        return taken

    async def settled(self, load_seconds: float, quiet_seconds: float) -> bool:
        """Wait until it has loaded, and a little for what it fetches then; whether it has loaded."""
        loaded = await self._until(lambda: not self.loading, load_seconds)
        if loaded:
            await self._until(lambda: not self.requests and not self.loading, quiet_seconds)
        return loaded

    async def started(self, seconds: float) -> None:
        """Wait a moment for something to begin."""
        await self._until(lambda: self.loading or bool(self.requests), seconds)

    async def _until(self, true: Callable[[], bool], seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                while not true():
                    self.changed.clear()
                    await self.changed.wait()
        except TimeoutError:
            return False
        return True

    def _Page_frameStartedLoading(self, given: dict[str, Any]) -> None:
        if given["frameId"] == self.frame:
            self.loading = True

    def _Page_frameStoppedLoading(self, given: dict[str, Any]) -> None:
        if given["frameId"] == self.frame:
            self.loading = False

    def _Page_javascriptDialogOpening(self, given: dict[str, Any]) -> None:
        self.note(f"dialog ({given['type']}), answered with OK: {given['message']}")
        self.answer("Page.handleJavaScriptDialog", accept=True)

    def _Network_requestWillBeSent(self, given: dict[str, Any]) -> None:
        if given.get("type") not in ("WebSocket", "EventSource"):
            self.requests[given["requestId"]] = given["request"]["url"]

    def _Network_responseReceived(self, given: dict[str, Any]) -> None:
        status = given["response"]["status"]
        if status >= 400:
            self.note(f"network: {status} {given['response']['url']}")

    def _Network_loadingFinished(self, given: dict[str, Any]) -> None:
        self.requests.pop(given["requestId"], None)

    def _Network_loadingFailed(self, given: dict[str, Any]) -> None:
        url = self.requests.pop(given["requestId"], "")
        if url and not given.get("canceled"):
            self.note(f"network: {given.get('errorText', 'failed')} {url}")

    def _Runtime_consoleAPICalled(self, given: dict[str, Any]) -> None:
        words = [str(one.get("value", one.get("description", one.get("type")))) for one in given["args"]]
        self.note(f"console {given['type']}: {' '.join(words)}")

    def _Runtime_exceptionThrown(self, given: dict[str, Any]) -> None:
        details = given["exceptionDetails"]
        self.note(f"error: {details.get('exception', {}).get('description') or details['text']}")

    def _Log_entryAdded(self, given: dict[str, Any]) -> None:
        entry = given["entry"]
        if entry.get("source") != "network":  # told by the network's own events
            self.note(f"{entry['level']}: {entry['text']}")

    def _Page_windowOpen(self, given: dict[str, Any]) -> None:
        self.note(f"popup, closed: {given['url']}")

    def _Page_downloadWillBegin(self, given: dict[str, Any]) -> None:
        self.note(f"download, refused: {given.get('suggestedFilename', '')} {given['url']}")

    def _Inspector_targetCrashed(self, given: dict[str, Any]) -> None:
        self.loading = False
        self.note("the page crashed: it may need more memory than a browser has here")
