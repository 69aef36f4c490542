"""Apps for tests: small folders as gzipped tars, and asking the proxy for one by its host name."""

import io
import tarfile
import time
from typing import Any, ClassVar
from urllib.parse import urlsplit

import httpx

from tests.certificates import CERTIFICATES
from tests.houses import PATIENCE_SECONDS, Installation

PYTHON = """
import http.server, os
class Page(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        body = f"{self.headers.get('cookie')}|{self.headers.get('x-forwarded-for')}|{self.path}".encode()
        self.send_response(200)
        self.send_header("set-cookie", "own=1; Domain=apps.localhost; Path=/; HttpOnly")
        self.send_header("set-cookie", "forgecrew_app=stolen; Path=/")
        self.send_header("content-length", str(len(body))); self.end_headers(); self.wfile.write(body)
    def do_POST(self):
        got = 0
        while got < int(self.headers["content-length"]):
            got += len(self.rfile.read(min(65536, int(self.headers["content-length"]) - got)))
        body = str(got).encode()
        self.send_response(200); self.send_header("content-length", str(len(body))); self.end_headers(); self.wfile.write(body)
if __name__ == "__main__":
    print("begun", flush=True)
    http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Page).serve_forever()
"""


def packed(**files: str | bytes) -> bytes:
    """A gzipped tar; `__` in a name stands for a dot, `___` for a slash."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as tar:
        for name, text in files.items():
            entry = tarfile.TarInfo(name.replace("___", "/").replace("__", "."))
            data = text.encode() if isinstance(text, str) else text
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
    return content.getvalue()


def ask(installation: Installation, files: bytes, **words: Any) -> dict[str, Any]:
    """Ask for an app by the API."""
    with installation.client() as client:
        answer = client.post("/api/apps", content=files, params=words, headers={"content-type": "application/gzip"})
    assert answer.status_code == 201, answer.text
    return answer.json()


def told(installation: Installation, app: dict[str, Any], *states: str) -> dict[str, Any]:
    """The app as soon as it is in one of these states."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    with installation.client() as client:
        while time.monotonic() < deadline:
            found = client.get(f"/api/apps/{app['id']}").json()
            if found["state"] in states:
                return found
            time.sleep(0.05)
    raise AssertionError(f"{found['state']}, not {states}: {found['problem']} {installation.log('host')}")


class Browser:
    """One browser at one app: keeps its cookies. `close_all` closes those of a test."""

    opened: ClassVar[list[httpx.Client]] = []

    def __init__(self, app: dict[str, Any]) -> None:
        url = urlsplit(app["url"])
        self.host = url.netloc
        self.client = httpx.Client(
            base_url=f"http://127.0.0.1:{url.port}",
            headers={"host": self.host},
            trust_env=False,
            verify=CERTIFICATES,
            timeout=PATIENCE_SECONDS,
        )
        self.opened.append(self.client)

    @classmethod
    def close_all(cls) -> None:
        while cls.opened:
            cls.opened.pop().close()

    def get(self, path: str = "/", **words: Any) -> httpx.Response:
        return self.client.get(path, **words)

    def let_in(self, installation: Installation, app: dict[str, Any]) -> httpx.Response:
        """Follow the link as a signed-in person."""
        with installation.client() as people:
            led = people.get(f"/apps/{app['id']}/open")
        assert led.status_code == 303, led.text
        url = urlsplit(led.headers["location"])
        assert url.netloc == self.host
        answer = self.client.get(f"{url.path}?{url.query}")
        if answer.status_code == 303:
            self.client.headers["cookie"] = answer.headers["set-cookie"].split(";")[0]
        return answer
