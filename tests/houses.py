"""Installations for tests: a home folder with secrets and a database, and its processes as real ones."""

import hashlib
import hmac
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from forgecrew.app.free_port import free_port
from forgecrew.store.database import Database
from tests.certificates import CERTIFICATES

PATIENCE_SECONDS = 120.0
"""How long something is waited for that comes in a second or two where nothing else runs."""
SECRET, LOGIN = "webhook-secret-0123456789", "login-token-0123456789"


@dataclass
class Installation:
    """One home folder; processes that were started are ended by `close`."""

    home: Path
    port: int
    running: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def database_url(self) -> str:
        return f"sqlite:///{self.home / 'forgecrew.sqlite'}"

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "forgecrew.cli.main", *arguments, "--home", str(self.home)]

    def run(self, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        """Run a command to its end."""
        return subprocess.run(
            self.command(*arguments), capture_output=True, text=True, timeout=PATIENCE_SECONDS, env={**_clean(), **environment},
            check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip

    def start(self, *arguments: str, **environment: str) -> "subprocess.Popen[bytes]":
        """Start a process; its output goes to <home>/<name>.log."""
        with (self.home / f"{arguments[0]}.log").open("ab") as log:
            process = subprocess.Popen(self.command(*arguments), stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=_clean())
        self.running.append(process)
        return process

    def log(self, name: str) -> str:
        return (self.home / f"{name}.log").read_text("utf-8")

    def serve(self) -> "subprocess.Popen[bytes]":
        """Start `serve` and wait until it answers."""
        process = self.start("serve")
        self.wait_until_up("serve", process)
        return process

    def wait_until_up(self, name: str, process: "subprocess.Popen[bytes]") -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            assert process.poll() is None, self.log(name)
            try:
                httpx.get(f"{self.url}/health", trust_env=False, verify=CERTIFICATES)
            except httpx.TransportError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError(f"{name} does not answer: {self.log(name)}")

    def wait_for_log(self, name: str, words: str, count: int = 1) -> str:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            if (self.home / f"{name}.log").exists() and self.log(name).count(words) >= count:
                return self.log(name)
            time.sleep(0.05)
        raise AssertionError(f"{words!r} is not in the log of {name}: {self.log(name)}")

    def client(self, **options: Any) -> httpx.Client:
        """A signed-in client."""
        headers = {"Authorization": f"Bearer {LOGIN}"}
        return httpx.Client(base_url=self.url, headers=headers, trust_env=False, verify=CERTIFICATES, timeout=20, **options)

    def database(self) -> Database:
        return Database(self.database_url)

    def close(self) -> None:
        for process in self.running:
            if process.poll() is None:
                process.terminate()
        for process in self.running:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def make_installation(home: Path, forge_url: str = "http://127.0.0.1:1") -> Installation:
    """A complete home folder with made-up tokens."""
    port = free_port()
    home.mkdir(parents=True, exist_ok=True)
    (home / "forgecrew.toml").write_text(f'[forge]\nurl = "{forge_url}"\n[server]\nport = {port}\n')
    tokens = "[tokens]\n" + "".join(f'{name} = "{{}}-token-of-{name}-0123456789"\n' for name in ("casey", "robin", "tess"))
    secrets = f'webhook_secret = "{SECRET}"\nlogin_token = "{LOGIN}"\n{tokens.replace("{}", "read")}'
    for kind, text in (("read", secrets), ("write", tokens.replace("{}", "write"))):
        folder = home / "secrets" / kind
        folder.mkdir(parents=True, mode=0o700)
        (folder / "tokens.toml").touch(mode=0o600)
        (folder / "tokens.toml").write_text(text)
    return Installation(home, port)


def delivery(kind: str = "issues", *, number: int = 1, id: str = "d-1", secret: str = SECRET, **more: Any) -> dict[str, Any]:
    """A signed webhook about an opened issue: keyword arguments for httpx's post."""
    body = {
        "action": "opened", "number": number, "sender": {"login": "mira"},
        "repository": {"name": "tally", "full_name": "acme/tally", "owner": {"login": "acme"}, "private": False},
        "issue": {"number": number, "title": "A lost cent", "body": "It is lost.", "state": "open", "user": {"login": "mira"},
                  "assignees": [], "labels": [], "updated_at": "2026-11-21T10:00:00Z"},
        **more,
    }  # fmt: skip
    raw = json.dumps(body).encode()
    signature = hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
    headers = {
        "X-Gitea-Event": kind, "X-Gitea-Event-Type": kind, "X-Gitea-Delivery": id, "X-Gitea-Signature": signature,
        "Content-Type": "application/json",
    }  # fmt: skip
    return {"content": raw, "headers": headers}


def _clean() -> dict[str, str]:
    """The environment without settings of whoever runs the tests."""
    return {name: value for name, value in os.environ.items() if not name.startswith("FORGECREW_")}
