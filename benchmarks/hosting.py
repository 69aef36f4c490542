"""What hosting costs: from asking for an app until it answers, what the proxy adds to a request, how exactly apps end.

    python -m benchmarks.hosting [--rounds 12] [--requests 400] [--json]

Real processes: `serve` takes the wish, `host` runs and serves the app. A request through the proxy and one past it are made in
turn over kept connections, so that both meet the same load; the difference of their medians is what the proxy adds. The
floor is the same program outside a sandbox; nginx is measured in front of it where it is installed.
"""

import argparse
import contextlib
import http.client
import io
import shutil
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from benchmarks._report import report
from forgecrew.app.free_port import free_port

LOGIN = "login-token-0123456789"
APP = """
import os, socket, threading
def serve(one):
    with one:
        rest = b""
        while block := one.recv(65536):
            rest += block
            while b"\\r\\n\\r\\n" in rest:
                rest = rest.split(b"\\r\\n\\r\\n", 1)[1]
                one.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Type: text/plain\\r\\nContent-Length: 5\\r\\n\\r\\nhello")
if __name__ == "__main__":
    with socket.create_server(("127.0.0.1", int(os.environ["PORT"])), backlog=128) as server:
        while True:
            one, _ = server.accept()
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=serve, args=(one,), daemon=True).start()
"""
NGINX = """daemon off; pid {folder}/nginx.pid; error_log stderr; worker_processes 1;
events {{ worker_connections 64; }}
http {{ access_log off; client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
uwsgi_temp_path {folder}; scgi_temp_path {folder};
upstream app {{ server 127.0.0.1:{app}; keepalive 8; }}
server {{ listen 127.0.0.1:{port};
location / {{ proxy_pass http://app; proxy_http_version 1.1; proxy_set_header Connection ""; }} }} }}
"""


def main() -> None:
    """Measure and tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=12, help="apps that are asked for one after the other")
    parser.add_argument("--requests", type=int, default=400)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hosting-") as folder, running(Path(folder)) as (url, port):
        headers = {"authorization": f"Bearer {LOGIN}"}
        with httpx.Client(base_url=url, headers=headers, trust_env=False, timeout=60) as client:
            figures = ready(client, port, given.rounds)
            figures |= ends(client, port)
            more, peers = overhead(client, port, given.requests, Path(folder))
    report("hosting", figures | more, peers, given.json)


def ready(client: httpx.Client, port: int, rounds: int) -> dict[str, float]:
    """Milliseconds from asking until the first answer of the app itself."""
    found: dict[str, list[float]] = {"static": [], "python": []}
    files = {"static": packed({"index.html": "<h1>hello</h1>"}), "python": packed({"app.py": APP})}
    for number in range(rounds + 1):
        for kind, content in files.items():
            began = time.perf_counter()
            app = ask(client, content)
            assert get(port, urlsplit(app["url"]).netloc) == 200
            if number:  # the first ones also find out what this machine can do
                found[kind].append((time.perf_counter() - began) * 1000)
            client.delete(f"/api/apps/{app['id']}")
            time.sleep(0.3)
    return {
        "ready_ms": round(statistics.median(found["python"]), 1),
        "ready_ms_p90": round(sorted(found["python"])[int(len(found["python"]) * 0.9)], 1),
        "ready_static_ms": round(statistics.median(found["static"]), 1),
    }


def ends(client: httpx.Client, port: int) -> dict[str, float]:
    """Seconds between the promised end and the first 410, the worst of three."""
    worst = 0.0
    for _ in range(3):
        app = ask(client, packed({"app.py": APP}), ttl_seconds=3)
        host = urlsplit(app["url"]).netloc
        asked, left = time.time(), float(app["seconds_left"])
        assert get(port, host) == 200
        while get(port, host) != 410:
            time.sleep(0.01)
        worst = max(worst, abs(time.time() - asked - left))
    return {"ttl_error_s": round(worst, 3)}


def overhead(client: httpx.Client, port: int, requests: int, folder: Path) -> tuple[dict[str, float], dict[str, Any]]:
    """Milliseconds of one small request: through the proxy, past it, and through nginx."""
    app = ask(client, packed({"app.py": APP}))
    direct = free_port()
    with contextlib.ExitStack() as held:
        held.enter_context(program([sys.executable, "-c", APP], {"PORT": str(direct)}))
        ways = {"proxy": (port, urlsplit(app["url"]).netloc), "direct": (direct, "x")}
        if nginx := shutil.which("nginx", path="/usr/sbin:/usr/bin"):
            ways["nginx"] = (free_port(), "x")
            own = folder / "nginx"  # it takes its folder for a user of its own
            own.mkdir()
            configuration = own / "nginx.conf"
            configuration.write_text(NGINX.format(folder=own, app=direct, port=ways["nginx"][0]))
            held.enter_context(program([nginx, "-c", str(configuration)], {}))
        kept = {name: patient(*way) for name, way in ways.items()}
        times: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(requests):
            for name, connection in kept.items():
                began = time.perf_counter()
                connection.request("GET", "/", headers={"Host": ways[name][1]})
                connection.getresponse().read()
                times[name].append((time.perf_counter() - began) * 1000)
        for connection in kept.values():
            connection.close()
    p50 = {name: statistics.median(values) for name, values in times.items()}
    figures = {"proxy_p50_ms": round(p50["proxy"] - p50["direct"], 3), "request_p50_ms": round(p50["proxy"], 3)}
    peers: dict[str, Any] = {"direct": {"request_p50_ms": round(p50["direct"], 3)}}
    if "nginx" in p50:
        peers["nginx"] = {"proxy_p50_ms": round(p50["nginx"] - p50["direct"], 3), "request_p50_ms": round(p50["nginx"], 3)}
    return figures, peers


def ask(client: httpx.Client, files: bytes, **words: Any) -> dict[str, Any]:
    """A public app over these files."""
    answer = client.post("/api/apps", content=files, params={"public": True, **words})
    answer.raise_for_status()
    return answer.json()


def get(port: int, host: str) -> int:
    """The status of one request on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", "/", headers={"Host": host})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


def patient(port: int, host: str) -> http.client.HTTPConnection:
    """A kept connection, as soon as somebody answers."""
    deadline = time.monotonic() + 30
    while True:
        status = 0
        with contextlib.suppress(OSError):
            status = get(port, host)
        if status == 200:
            break
        if time.monotonic() > deadline:
            raise SystemExit(f"{host} on port {port} answers with status {status}")
        time.sleep(0.05)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.connect()
    return connection


def packed(files: dict[str, str]) -> bytes:
    """A gzipped tar."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as tar:
        for name, text in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(text.encode())
            tar.addfile(entry, io.BytesIO(text.encode()))
    return content.getvalue()


@contextlib.contextmanager
def running(home: Path) -> Generator[tuple[str, int]]:
    """An installation with serve and host; gives serve's address and host's port."""
    port = free_port()
    (home / "forgecrew.toml").write_text(f'[forge]\nurl = "http://127.0.0.1:1"\n[server]\nport = {port}\n')
    (home / "secrets" / "read").mkdir(parents=True, mode=0o700)
    secret = home / "secrets" / "read" / "tokens.toml"
    secret.touch(mode=0o600)
    secret.write_text(f'webhook_secret = "webhook-secret-0123456789"\nlogin_token = "{LOGIN}"\n[tokens]\ncasey = "x"\n')
    line = [sys.executable, "-m", "forgecrew.cli.main"]
    with program([*line, "serve", "--home", str(home)], {}):
        wait_for(port)
        with program([*line, "host", "--home", str(home)], {}):
            wait_for(port + 1)
            yield f"http://127.0.0.1:{port}", port + 1


@contextlib.contextmanager
def program(line: list[str], environment: dict[str, str]) -> Generator[None]:
    """A process for the block."""
    path = {"PATH": "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
    with subprocess.Popen(line, env={**path, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            yield
        finally:
            process.terminate()


def wait_for(port: int) -> None:
    """Until something answers there."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            get(port, "x")
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit(f"nothing answers on port {port}")


if __name__ == "__main__":
    main()
