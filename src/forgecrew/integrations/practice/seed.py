"""Fills a forge with accounts and a repository, through its HTTP API and git alone: for the demo and for tests."""

import asyncio
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx

COMMITTED_AT = "2026-01-05T09:00:00+00:00"
"""Seeded commits are made at a fixed time, so that the same files give the same ids."""


async def seed_account(
    url: str, admin_login: str, admin_password: str, login: str, password: str, *, full_name: str = ""
) -> None:
    """Make an account that can sign in at once; one that exists is left as it is."""
    asked = {
        "username": login,
        "password": password,
        "email": f"{login}@example.org",
        "full_name": full_name,
        "must_change_password": False,
    }
    async with _api(url, admin_login, admin_password) as api:
        if (await api.get(f"/users/{login}")).status_code == 404:
            (await api.post("/admin/users", json=asked)).raise_for_status()


async def seed_token(url: str, login: str, password: str, name: str, scopes: Sequence[str] = ("all",)) -> str:
    """Make an access token; one of that name is replaced."""
    async with _api(url, login, password) as api:
        await api.delete(f"/users/{login}/tokens/{name}")
        answer = await api.post(f"/users/{login}/tokens", json={"name": name, "scopes": list(scopes)})
        answer.raise_for_status()
        return str(answer.json()["sha1"])


async def seed_repository(
    url: str, admin_login: str, admin_password: str, owner: str, name: str, folder: Path | None, *, private: bool = False
) -> dict[str, Any]:
    """Make a repository and push a folder's files as its first commit; gives it as the API shows it.

    Without a folder it stays empty. A repository that exists is left as it is.
    """
    async with _api(url, admin_login, admin_password) as api:
        found = await api.get(f"/repos/{owner}/{name}")
        if found.status_code == 404:
            asked = {"name": name, "private": private, "default_branch": "main", "auto_init": False}
            (await api.post(f"/admin/users/{owner}/repos", json=asked)).raise_for_status()
            if folder:
                await push_folder(f"{url}/{owner}/{name}.git", admin_login, admin_password, folder, author=owner)
            found = await _filled(api, owner, name) if folder else await api.get(f"/repos/{owner}/{name}")
        found.raise_for_status()
        return dict(found.json())


async def _filled(api: httpx.AsyncClient, owner: str, name: str) -> httpx.Response:
    """A repository once it knows of a push; a forge may learn of it in the background."""
    for _ in range(100):
        found = await api.get(f"/repos/{owner}/{name}")
        if found.status_code == 200 and not found.json()["empty"]:
            return found
        await asyncio.sleep(0.1)
    raise RuntimeError(f"{owner}/{name} is still empty after the push")


async def push_folder(
    clone_url: str,
    login: str,
    password: str,
    folder: Path,
    *,
    author: str,
    branch: str = "main",
    message: str = "First version",
) -> str:
    """Push a folder's files as one commit on a new branch of an empty repository; gives the commit's id."""
    who = {"GIT_AUTHOR_NAME": author, "GIT_AUTHOR_EMAIL": f"{author}@example.org", "GIT_AUTHOR_DATE": COMMITTED_AT}
    who |= {key.replace("AUTHOR", "COMMITTER"): value for key, value in who.items()}
    with tempfile.TemporaryDirectory(prefix="forgecrew-seed-") as bare:
        tree = ("--git-dir", bare, "--work-tree", ".", "-c", "core.bare=false")
        await git("init", "--quiet", "--bare", bare)
        await git(*tree, "add", "--force", "--all", "--", ".", ":(exclude,glob)**/__pycache__/**", cwd=folder)
        await git(*tree, "commit", "--quiet", "-m", message, environment=who, cwd=folder)
        credentials = git_credentials(login, password)
        await git("--git-dir", bare, "push", "--quiet", clone_url, f"HEAD:refs/heads/{branch}", environment=credentials)
        return (await git("--git-dir", bare, "rev-parse", "HEAD")).strip()


def git_credentials(login: str, password: str) -> dict[str, str]:
    """Environment that lets git authenticate without the password in its arguments or in a file."""
    told = httpx.BasicAuth(login, password)
    request = next(told.auth_flow(httpx.Request("GET", "http://localhost")))
    header = f"Authorization: {request.headers['Authorization']}"
    return {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "http.extraHeader", "GIT_CONFIG_VALUE_0": header}


async def git(*arguments: str, environment: dict[str, str] | None = None, cwd: Path | None = None) -> str:
    """Output of a git command that sees no settings of the machine. Raises RuntimeError with what git said."""
    cleared = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_TERMINAL_PROMPT": "0",
    }
    process = await asyncio.create_subprocess_exec(
        "git", *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        env=cleared | (environment or {}), cwd=cwd,
    )  # fmt: skip
    output, _ = await process.communicate()
    text = output.decode("utf-8", "replace")
    if process.returncode != 0:
        raise RuntimeError(f"git {arguments[0]} failed: {text.strip()}")
    return text


def _api(url: str, login: str, password: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=f"{url}/api/v1", auth=(login, password), timeout=30.0)
