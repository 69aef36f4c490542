"""A real Chromium for tests, driven over a pipe: no library, no port."""

import base64
import contextlib
import json
import os
import select
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--remote-debugging-pipe",
)  # fmt: skip


class Page:
    """One tab. `problems` holds console errors, uncaught errors and refused loads; `requests` every address asked for."""

    def __init__(self, reading: int, writing: int) -> None:
        self._reading, self._writing, self._next, self._rest = reading, writing, 0, b""
        self.problems: list[str] = []
        self.requests: list[str] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._tab: str | None = None
        self._tab = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")

    def look(self, url: str, *, width: int = 1280, height: int = 900, dark: bool = False) -> None:
        """Open an address in a window of that size and theme, and wait until it is loaded."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])
        self.call("Page.navigate", url=url)
        self.wait_for("document.readyState === 'complete'")

    def run(self, script: str) -> Any:
        """The value of an expression."""
        return self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)["result"].get("value")

    def wait_for(self, script: str, seconds: float = 10) -> Any:
        """The first true value of an expression."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if value := self.run(script):
                return value
            time.sleep(0.05)
        raise AssertionError(f"{script} did not become true; problems: {self.problems}")

    def picture(self, file: Path) -> None:
        """A picture of the whole page."""
        shot = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        file.write_bytes(base64.b64decode(shot["data"]))

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """One command of the DevTools protocol."""
        self._next += 1
        message: dict[str, Any] = {"id": self._next, "method": method, "params": parameters}
        if getattr(self, "_tab", None):
            message["sessionId"] = self._tab
        os.write(self._writing, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._read()
            if answer.get("id") == self._next:
                assert "error" not in answer, answer["error"]
                return answer["result"]
            self._note(answer)

    def _read(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._reading], [], [], 20)
            assert ready, "chromium does not answer"
            self._rest += os.read(self._reading, 1 << 20)
        message, _, self._rest = self._rest.partition(b"\0")
        return json.loads(message)

    def _note(self, event: dict[str, Any]) -> None:
        given = event.get("params", {})
        match event.get("method"):
            case "Network.requestWillBeSent":
                self.requests.append(given["request"]["url"])
            case "Runtime.exceptionThrown":
                self.problems.append(given["exceptionDetails"]["text"])
            case "Log.entryAdded" if given["entry"]["level"] == "error":
                self.problems.append(given["entry"]["text"])
            case "Runtime.consoleAPICalled" if given["type"] == "error":
                self.problems.append(str(given["args"]))


@contextlib.contextmanager
def chromium(profile: Path) -> Iterator[Page]:
    """A browser with a profile of its own."""
    assert PROGRAM
    to_read, their_write = os.pipe()
    their_read, to_write = os.pipe()

    def descriptors() -> None:
        os.dup2(their_read, 3, inheritable=True)
        os.dup2(their_write, 4, inheritable=True)

    # High numbers first: 3 and 4 must be free for the browser's own ends.
    ends = [their_read, their_write]
    their_read, their_write = (os.dup(os.dup(os.dup(end))) for end in ends)
    process = subprocess.Popen(
        [PROGRAM, *FLAGS, f"--user-data-dir={profile}", "about:blank"], preexec_fn=descriptors, close_fds=False,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        yield Page(to_read, to_write)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)
