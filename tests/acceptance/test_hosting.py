"""Hosting with real processes: apps of three kinds, who is let in, how they end, and what a killed host leaves."""

import asyncio
import base64
import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import httpx
import pytest

from forgecrew.app.free_port import free_port
from forgecrew.kernel.host_memory import host_memory
from tests.apps import PYTHON, Browser, ask, packed, told
from tests.houses import Installation, make_installation

pytestmark = pytest.mark.skipif(shutil.which("bwrap") is None, reason="no bubblewrap here: apps run in sandboxes")

WEBSOCKET = """
import base64, hashlib, os, socket
server = socket.create_server(("127.0.0.1", int(os.environ["PORT"])))
while 1:
    one, _ = server.accept()
    head = b""
    while b"\\r\\n\\r\\n" not in head:
        block = one.recv(4096)
        if not block: break
        head += block
    if not head: one.close(); continue
    lines = dict(line.split(": ", 1) for line in head.decode().split("\\r\\n")[1:] if ": " in line)
    key = {name.lower(): value for name, value in lines.items()}.get("sec-websocket-key", "")
    proof = base64.b64encode(hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()).decode()
    one.sendall(("HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\n"
                 f"Sec-WebSocket-Accept: {proof}\\r\\n\\r\\n").encode())
    while block := one.recv(65536): one.sendall(block)
    one.close()
"""
STREAM = """
import http.server, os, time
class Page(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        self.send_response(200); self.send_header("content-type", "text/event-stream")
        self.send_header("transfer-encoding", "chunked"); self.end_headers()
        for number in range(3):
            line = f"data: {number}\\n\\n".encode()
            self.wfile.write(b"%x\\r\\n%b\\r\\n" % (len(line), line)); self.wfile.flush()
            time.sleep(0.3)
        self.wfile.write(b"0\\r\\n\\r\\n")
if __name__ == "__main__":
    http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Page).serve_forever()
"""
NODE = """
const http = require("http");
http.createServer((request, answer) => answer.end("node says " + request.url)).listen(process.env.PORT, "localhost");
"""


@pytest.fixture(scope="module")
def hosting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation with serve and host running."""
    made = make_installation(tmp_path_factory.mktemp("hosting") / "home")
    with (made.home / "forgecrew.toml").open("a") as settings:
        settings.write("[apps]\nstart_seconds = 8\n")
    made.serve()
    made.start("host")
    made.wait_for_log("host", "host serves apps")
    yield made
    made.close()


@pytest.fixture
def house(hosting: Installation) -> Iterator[Installation]:
    """The same one, empty."""
    yield hosting
    Browser.close_all()
    with hosting.client() as client:
        for app in client.get("/api/apps").json():
            client.delete(f"/api/apps/{app['id']}")
    wait_until_empty(hosting)


def test_a_static_app_has_an_origin_of_its_own(house: Installation) -> None:
    app = ask(house, packed(index__html="<h1>hello</h1>", style__css="h1 {}"), title="My Page", public=True)
    assert app["name"].startswith("my-page-")
    browser = Browser(app)
    answer = browser.get()
    assert (answer.status_code, answer.text) == (200, "<h1>hello</h1>")
    for name, word in (
        ("content-security-policy", "sandbox allow-scripts"),
        ("x-robots-tag", "noindex"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
    ):
        assert word in answer.headers[name]
    assert browser.get("/style.css").text == "h1 {}"
    assert browser.get("/../../etc/passwd").status_code == 404
    assert told(house, app, "running")["seconds_left"] > 86_000
    assert browser.get("/", headers={"host": "nobody-12345678.apps.localhost"}).status_code == 404
    assert browser.get("/", headers={"host": "localhost"}).status_code == 404


def test_a_private_app_is_shown_to_who_opened_a_link_alone(house: Installation) -> None:
    app = ask(house, packed(app__py=PYTHON), title="secret")
    stranger, browser = Browser(app), Browser(app)
    refused = stranger.get()
    assert refused.status_code == 403
    assert f"/apps/{app['id']}/open" in refused.text
    for proof in ("", "9999999999.00", "x", f"{int(time.time()) + 100}.{'0' * 64}"):
        assert stranger.get("/.forgecrew/open", params={"proof": proof}).status_code == 403
        assert stranger.get(headers={"cookie": f"forgecrew_app={proof}"}).status_code == 403
    answer = browser.let_in(house, app)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Domain" not in cookie
    shown = browser.get("/x?y=1")
    assert shown.text == "None|127.0.0.1|/x?y=1", "the proxy's own cookie never reaches the app"
    assert shown.headers.get_list("set-cookie") == ["own=1; Path=/; HttpOnly"]
    mine = browser.client.headers["cookie"]
    many = browser.get(headers={"cookie": f"a=1; {mine}; forgecrew_login=x; b=2", "x-forwarded-for": "6.6.6.6"})
    assert many.text == "a=1; b=2|127.0.0.1|/"
    other = ask(house, packed(app__py=PYTHON), title="other")
    assert Browser(other).get(headers={"cookie": mine}).status_code == 403, "a cookie lets in at one app"


def test_pages_of_other_sites_and_apps_may_not_use_a_private_app(house: Installation) -> None:
    app = ask(house, packed(app__py=PYTHON))
    browser = Browser(app)
    browser.let_in(house, app)
    for words in ({"sec-fetch-site": "same-site", "sec-fetch-mode": "cors"}, {"origin": "http://evil-1.apps.localhost"}):
        assert browser.get(headers=words).status_code == 403
    opening = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
    assert browser.get(headers=opening).status_code == 200
    assert browser.get(headers={"sec-fetch-site": "same-origin", "sec-fetch-mode": "cors"}).status_code == 200


def test_large_bodies_streams_and_kept_connections_pass(house: Installation) -> None:
    app = ask(house, packed(app__py=PYTHON), public=True)
    browser = Browser(app)
    size = 12 << 20
    for _ in range(2):
        assert browser.client.post("/", content=os.urandom(size)).text == str(size)
        assert browser.get().status_code == 200
    streaming = ask(house, packed(main__py=STREAM), public=True)
    began, arrived = time.monotonic(), []
    with Browser(streaming).client.stream("GET", "/") as answer:
        began = time.monotonic()
        for _ in answer.iter_text():
            arrived.append(time.monotonic() - began)
    assert len(arrived) == 3
    assert arrived[0] < arrived[-1] - 0.4, "parts are passed on as they come"


def test_websockets_pass(house: Installation) -> None:
    app = ask(house, packed(server__py=WEBSOCKET), public=True)
    told(house, app, "running")
    browser = Browser(app)
    with socket.create_connection(("127.0.0.1", browser.client.base_url.port), 20) as one:
        key = base64.b64encode(os.urandom(16)).decode()
        one.sendall(
            f"GET /chat HTTP/1.1\r\nHost: {browser.host}\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        head = b""
        while b"\r\n\r\n" not in head:
            head += one.recv(4096)
        assert head.startswith(b"HTTP/1.1 101")
        for _ in range(5):
            content = os.urandom(10_000)
            one.sendall(content)
            got = b""
            while len(got) < len(content):
                got += one.recv(65536)
            assert got == content


@pytest.mark.skipif(
    shutil.which("node", path="/usr/local/bin:/usr/bin:/bin") is None, reason="no Node here: apt install nodejs"
)
def test_a_node_app(house: Installation) -> None:
    app = ask(house, packed(package__json='{"scripts": {"start": "node web.js"}}', web__js=NODE), public=True)
    assert Browser(app).get("/there").text == "node says /there"


def test_what_the_repository_says_about_its_preview_holds(house: Installation) -> None:
    toml = '[preview]\ncommand = "cd site && exec python3 -m http.server 9001 --bind 127.0.0.1"\nport = 9001\n'
    files = packed(__forgecrew___preview__toml=toml, index__html="not this", site___index__html="this")
    assert Browser(ask(house, files, public=True)).get().text == "this"


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"README__md": "x"}, "found nothing to start"),
        ({"app__py": "print('a reason'); raise SystemExit(4)"}, "ended with status 4 before it listened"),
        ({"__forgecrew___preview__toml": "[preview]\nport = 'x'"}, "preview.port must be"),
    ],
)
def test_an_app_that_cannot_start_says_why(house: Installation, files: dict[str, str], words: str) -> None:
    app = ask(house, packed(**files), public=True)
    found = told(house, app, "failed")
    assert words in found["problem"]
    answer = Browser(app).get()
    assert answer.status_code == 502
    assert words in answer.text


def test_an_app_that_never_listens_is_told_with_its_log(house: Installation) -> None:
    app = ask(house, packed(app__py="import time; print('busy thinking'); time.sleep(1000)"))
    found = told(house, app, "failed")
    assert "does not listen on 127.0.0.1:8000 after 8 s" in found["problem"]
    assert "busy thinking" in found["problem"]
    with house.client() as client:
        assert "busy thinking" in client.get(f"/api/apps/{app['id']}/logs").text


def test_a_crashed_app_comes_back(house: Installation) -> None:
    dies = PYTHON.replace("def do_GET(self):", "def do_GET(self):\n        if self.path == '/die': os._exit(3)")
    app = ask(house, packed(app__py=dies), public=True)
    browser = Browser(app)
    assert browser.get().status_code == 200
    with contextlib.suppress(httpx.HTTPError):
        browser.get("/die")
    answer = browser.get()
    assert answer.status_code == 200, answer.text
    assert told(house, app, "running")["restarts"] >= 1


def test_time_ends_exactly_and_the_address_is_gone(house: Installation) -> None:
    with house.client() as client:
        for seconds in (0, -5):
            refused = client.post("/api/apps", content=packed(index__html="x"), params={"ttl_seconds": seconds})
            assert refused.status_code == 400
            assert "past" in refused.json()["detail"]
    app = ask(house, packed(index__html="x"), public=True, ttl_seconds=6)
    browser = Browser(app)
    assert browser.get().status_code == 200
    while browser.get().status_code == 200:
        time.sleep(0.02)
    assert abs(time.time() - datetime.fromisoformat(app["expires_at"]).timestamp()) <= 1
    gone = browser.get()
    assert gone.status_code == 410
    assert "gone" in gone.text
    assert told(house, app, "expired")["seconds_left"] == 0
    wait_until_empty(house)
    with house.client() as client:
        assert client.post(f"/api/apps/{app['id']}/renew").status_code == 400
        assert client.get(f"/apps/{app['id']}/open").status_code == 303


def test_renewing_prolongs_and_removing_ends(house: Installation) -> None:
    app = ask(house, packed(index__html="x"), public=True, ttl_seconds=4)
    browser = Browser(app)
    with house.client() as client:
        assert client.post(f"/api/apps/{app['id']}/renew", json={"ttl_seconds": 600}).json()["seconds_left"] > 590
        assert client.post(f"/api/apps/{app['id']}/renew", json={"permanent": True}).json()["seconds_left"] is None
        assert browser.get().status_code == 200
        assert client.delete(f"/api/apps/{app['id']}").status_code == 200
        told(house, app, "removed")
        assert client.delete("/api/apps/nothing").status_code == 404
    assert browser.get().status_code == 410
    wait_until_empty(house)


def test_an_idle_app_is_suspended_and_comes_back(house: Installation) -> None:
    app = ask(house, packed(app__py=PYTHON), public=True, permanent=True, idle_seconds=1)
    browser = Browser(app)
    assert browser.get().status_code == 200
    told(house, app, "suspended")
    assert running_apps(house) == []
    assert browser.get().status_code == 200
    told(house, app, "running")


def test_a_killed_host_leaves_nothing_running_and_apps_come_back(house: Installation) -> None:
    apps = [ask(house, packed(app__py=PYTHON), public=True) for _ in range(2)]
    for app in apps:
        assert Browser(app).get().status_code == 200
    ends = ask(house, packed(index__html="x"), public=True, ttl_seconds=5)
    assert Browser(ends).get().status_code == 200
    ended_at = time.time() + 5
    host = house.running[-1]
    host.send_signal(signal.SIGKILL)
    host.wait()
    deadline = time.monotonic() + 5
    while running_apps(house) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert running_apps(house) == []
    while time.time() < ended_at:
        time.sleep(0.05)
    house.start("host")
    house.wait_for_log("host", "host serves apps", count=2)
    for app in apps:
        assert Browser(app).get().status_code == 200
    assert Browser(ends).get().status_code == 410


def test_one_owner_has_few_apps_and_files_must_be_a_tar(house: Installation) -> None:
    for _ in range(5):
        ask(house, packed(index__html="x"))
    with house.client() as client:
        refused = client.post("/api/apps", content=packed(index__html="x"))
        assert (refused.status_code, "5 apps already" in refused.text) == (400, True)
        assert client.post("/api/apps", content=b"no tar").status_code == 400
        assert len(client.get("/api/apps").json()) == 5
        assert client.get("/api/apps", headers={"authorization": ""}).status_code == 401
        page = client.get("/apps", headers={"accept": "text/html"})
    assert page.text.count("data-until") == 5


def test_the_shell_hosts_a_folder(house: Installation, tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").write_text("from a folder")
    made = house.run("app", "add", str(tmp_path / "site"), "--json")
    assert made.returncode == 0, made.stderr
    app = json.loads(made.stdout)
    link = house.run("app", "open", app["id"]).stdout.strip()
    browser = Browser(app)
    path = link.partition(browser.host)[2]
    answer = browser.get(path)
    assert answer.status_code == 303
    assert browser.get(headers={"cookie": answer.headers["set-cookie"].split(";")[0]}).text == "from a folder"
    assert app["id"] in house.run("app", "list").stdout
    assert "ends in 0:01:4" in house.run("app", "renew", app["id"], "--ttl", "109").stdout
    assert "GET /" in house.run("app", "logs", app["id"]).stdout or told(house, app, "running")
    assert house.run("app", "rm", app["id"]).returncode == 0
    told(house, app, "removed")
    assert house.run("app", "open", app["id"]).returncode != 0


def test_what_is_not_http_or_not_for_an_app_is_refused(house: Installation) -> None:
    app = ask(house, packed(index__html="x"), public=True)
    browser = Browser(app)
    assert browser.get().status_code == 200
    for said in (
        b"hello\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        f"CONNECT {browser.host} HTTP/1.1\r\nHost: {browser.host}\r\n\r\n".encode(),
        f"GET http://elsewhere/ HTTP/1.1\r\nHost: {browser.host}\r\n\r\n".encode(),
        f"GET / HTTP/1.1\r\nHost: {browser.host}\r\nContent-Length: 3\r\nTransfer-Encoding: x\r\n\r\n".encode(),
        b"GET / HTTP/1.1\r\nX: " + b"y" * (80 << 10) + b"\r\n\r\n",
    ):
        with socket.create_connection(("127.0.0.1", browser.client.base_url.port), 20) as one:
            one.sendall(said)
            assert one.recv(4096).split(b" ")[1:2] == [b"400"], said[:60]
    assert browser.get().status_code == 200


def test_without_the_key_nobody_can_sign(house: Installation) -> None:
    key = house.home / "secrets" / "apps" / "key"
    assert key.stat().st_mode & 0o077 == 0
    key.chmod(0o644)
    ended = house.run("host", FORGECREW_APPS_PORT=str(free_port()))
    key.chmod(0o600)
    assert ended.returncode != 0
    assert "others on this machine can read the key of apps" in ended.stderr


def test_more_apps_than_fit_take_turns_and_their_use_is_shown(tmp_path: Path) -> None:
    house = make_installation(tmp_path / "home")
    share = 0.05
    memory_mib = int(host_memory().total_bytes * share / 2) >> 20
    with (house.home / "forgecrew.toml").open("a") as settings:
        settings.write(f"[apps]\nmemory_mib = {memory_mib}\nmemory_share = {share}\n")
    house.serve()
    house.start("host")
    house.wait_for_log("host", "host serves apps")
    try:
        apps = [ask(house, packed(app__py=PYTHON), public=True, title=f"turn {number}") for number in range(3)]
        for app in (*apps, apps[0]):
            assert Browser(app).get().status_code == 200
            with house.client() as client:
                states = [one["state"] for one in client.get("/api/apps").json()]
                assert states.count("running") <= 2, states
        with house.client() as client:
            deadline = time.monotonic() + 20
            while not (client.get(f"/apps/{apps[0]['id']}").json()["container"] or {}).get("memory_bytes"):
                assert time.monotonic() < deadline, client.get("/containers").text
                time.sleep(0.1)
            shown = client.get("/containers").json()
            assert {one["id"] for one in shown} == {f"app-{app['id']}-1" for app in apps}
            assert sum(one["state"] == "running" for one in shown) <= 2
    finally:
        Browser.close_all()
        house.close()


def test_apps_have_disks_of_their_own_where_up_runs_as_root(tmp_path: Path) -> None:
    tried = subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False)
    if os.geteuid() != 0 or tried.returncode or not Path("/dev/loop-control").exists():
        pytest.skip("disks need root, loop devices and the right to mount")
    house = make_installation(tmp_path / "home")
    with (house.home / "forgecrew.toml").open("a") as settings:
        settings.write("[apps]\ndisk_mib = 16\n")
    process = house.start("up")
    house.wait_until_up("up", process)
    house.wait_for_log("up", "host serves apps")
    fills = "try:\n    open('full', 'wb').write(bytes(32 << 20))\nexcept OSError as error:\n    print(error, flush=True)\n"
    try:
        app = ask(house, packed(app__py=fills + PYTHON), public=True)
        assert Browser(app).get().status_code == 200
        assert json.loads((house.home / "apps" / f"app-{app['id']}-1" / "spec.json").read_text())["disk"] is True
        with house.client() as client:
            deadline = time.monotonic() + 20
            while "No space left" not in (log := client.get(f"/apps/{app['id']}/logs").text) and "too large" not in log:
                assert time.monotonic() < deadline, log
                time.sleep(0.1)
    finally:
        Browser.close_all()
        house.close()


def running_apps(house: Installation) -> list[str]:
    """Command lines of processes in sandboxes of this installation's apps, by their working folders."""
    found: list[str] = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                line = (entry / "cmdline").read_bytes()
                if str(house.home / "apps").encode() in line:
                    found.append(line.decode())
    return found


def wait_until_empty(house: Installation) -> None:
    """Until no sandbox of an app is left on the disk."""
    folder = house.home / "apps"

    async def empty() -> None:
        async with asyncio.timeout(10):
            while [path for path in folder.glob("app-*")]:
                await asyncio.sleep(0.05)

    asyncio.run(empty())
