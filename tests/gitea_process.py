"""A real Gitea for tests: one that the environment names, or one started here on a free port of loopback with SQLite."""

import os
import secrets
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from forgecrew.app.free_port import free_port
from tests.certificates import CERTIFICATES
from tests.forges import ADMIN, ADMIN_PASSWORD, LiveForge, admin_token, stop

SETTINGS = """\
WORK_PATH = {folder}
RUN_MODE = prod
RUN_USER = {user}
[database]
DB_TYPE = sqlite3
PATH = {folder}/gitea.db
[server]
HTTP_ADDR = 127.0.0.1
HTTP_PORT = {port}
ROOT_URL = {url}/
DISABLE_SSH = true
OFFLINE_MODE = true
[repository]
ROOT = {folder}/repositories
[security]
INSTALL_LOCK = true
SECRET_KEY = {secret}
ALLOWED_HOST_LIST = loopback
[webhook]
ALLOWED_HOST_LIST = loopback
[queue]
TYPE = channel
[indexer]
ISSUE_INDEXER_TYPE = db
[mailer]
ENABLED = false
[cron.update_checker]
ENABLED = false
[service]
DISABLE_REGISTRATION = true
[log]
MODE = console
LEVEL = Warn
"""


@pytest.fixture(scope="session")
def gitea_forge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveForge]:
    """A Gitea with an administrator; skipped with the reason where there is none."""
    url, token = os.environ.get("FORGECREW_LIVE_GITEA"), os.environ.get("FORGECREW_LIVE_GITEA_TOKEN")
    if url and token:
        yield LiveForge(url.rstrip("/"), token, "gitea")
        return
    program = shutil.which("gitea")
    if program is None:
        pytest.skip("no gitea on PATH, and FORGECREW_LIVE_GITEA with FORGECREW_LIVE_GITEA_TOKEN are not set")
    folder = tmp_path_factory.mktemp("gitea")
    process, url = start_gitea(program, folder)
    yield LiveForge(url, admin_token(url), "gitea")
    stop(process)


def start_gitea(program: str, folder: Path) -> tuple[subprocess.Popen[str], str]:
    """A fresh Gitea in a folder: (process, url)."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    user = subprocess.run(["id", "-un"], check=True, capture_output=True, text=True).stdout.strip()
    settings = folder / "app.ini"
    settings.write_text(SETTINGS.format(folder=folder, user=user, port=port, url=url, secret=secrets.token_hex(32)))
    home = {"HOME": str(folder), "PATH": os.environ["PATH"], "GITEA_I_AM_BEING_UNSAFE_RUNNING_AS_ROOT": "true"}
    base = [program, "--config", str(settings)]
    with (folder / "log.txt").open("w") as log:
        run = {"env": home, "cwd": folder, "stdout": log, "stderr": subprocess.STDOUT, "text": True}
        subprocess.run([*base, "migrate"], check=True, **run)
        create = ["admin", "user", "create", "--admin", "--username", ADMIN, "--password", ADMIN_PASSWORD]
        subprocess.run([*base, *create, "--email", f"{ADMIN}@example.org", "--must-change-password=false"], check=True, **run)
        process = subprocess.Popen([*base, "web"], **run)
    for _ in range(600):
        if process.poll() is not None:
            break
        try:
            if httpx.get(f"{url}/api/healthz", trust_env=False, verify=CERTIFICATES).status_code == 200:
                return process, url
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    stop(process)
    raise AssertionError("gitea did not start: " + (folder / "log.txt").read_text()[-2000:])
