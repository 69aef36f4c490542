"""Forges for tests, as real processes on loopback: the practice forge, and a real Gitea where there is one.

`live_forge` is the practice forge, except below tests/live, where it is a Gitea.
"""

import asyncio
import json
import secrets
import select
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from forgecrew.core.subject import RepoRef
from forgecrew.integrations.gitea.forge import connect
from forgecrew.integrations.gitea.http import Watch
from forgecrew.integrations.practice.seed import git, git_credentials, push_folder
from forgecrew.ports.forge import Forge
from tests.certificates import CERTIFICATES

ADMIN, ADMIN_PASSWORD = "root-admin", "admin-password-1"

FILES = {"README.md": "# Sums\n", "sums/add.py": "def add(a, b):\n    return a - b\n", "docs/größe.md": "naïve\n"}


@dataclass(frozen=True, slots=True)
class Account:
    """An account with a password and a token."""

    login: str
    password: str
    token: str


@dataclass
class LiveForge:
    """A running forge with an administrator; everything is made over HTTP with the administrator's token."""

    url: str
    admin_token: str
    kind: str
    watch: Watch | None = None
    accounts: dict[str, Account] = field(default_factory=dict)

    def connect(self, who: Account | str) -> Forge:
        """The adapter, as an account or with a token."""
        return connect(self.url, who if isinstance(who, str) else who.token, watch=self.watch)

    async def account(self, name: str) -> Account:
        """An account by a short name, the same one for the whole test run; its token has all scopes."""
        if name not in self.accounts:
            login, password = f"{name}-{secrets.token_hex(3)}", f"password-of-{name}-1"
            admin = self.connect(self.admin_token)
            await admin.people.create_account(login, full_name=name.title(), email=f"{login}@example.org", password=password)
            token = await admin.people.create_token(login, password=password, name="all", scopes=["all"])
            await admin.close()
            self.accounts[name] = Account(login, password, token)
        return self.accounts[name]

    async def token(self, who: Account, *scopes: str) -> str:
        """A token with these scopes only."""
        admin = self.connect(self.admin_token)
        token = await admin.people.create_token(who.login, password=who.password, name=secrets.token_hex(4), scopes=scopes)
        await admin.close()
        return token

    async def repository(
        self, owner: Account, *, private: bool = False, files: dict[str, str] | None = None, name: str = ""
    ) -> RepoRef:
        """A fresh repository of an account with a first commit (none when `files` is empty)."""
        name = name or f"repo-{secrets.token_hex(4)}"
        await self._post(owner, "/user/repos", {"name": name, "private": private, "default_branch": "main"})
        ref = RepoRef(owner.login, name)
        files = FILES if files is None else files
        if files:
            with tempfile.TemporaryDirectory() as folder:
                write_files(Path(folder), files)
                await push_folder(self.clone_url(ref), owner.login, owner.token, Path(folder), author=owner.login)
            await self._filled(owner, ref)
        return ref

    async def push(
        self, who: Account, ref: RepoRef, branch: str, files: dict[str, str], *, start: str = "main", message: str = "Change"
    ) -> str:
        """Commit files on a branch (made from `start` when it is new) and push it; gives the commit's id."""
        rights = git_credentials(who.login, who.token) | _identity(who.login)
        with tempfile.TemporaryDirectory() as folder:
            await git("clone", "--quiet", self.clone_url(ref), folder, environment=rights)
            there = await git("-C", folder, "ls-remote", "origin", f"refs/heads/{branch}", environment=rights)
            await git("-C", folder, "checkout", "--quiet", "-B", branch, f"origin/{branch if there else start}")
            write_files(Path(folder), files)
            await git("-C", folder, "add", "--all")
            await git("-C", folder, "commit", "--quiet", "-m", message, environment=rights)
            await git("-C", folder, "push", "--quiet", "origin", branch, environment=rights)
            return (await git("-C", folder, "rev-parse", "HEAD")).strip()

    async def remove(self, who: Account, ref: RepoRef, branch: str, *paths: str) -> None:
        """Remove files from a branch and push that."""
        rights = git_credentials(who.login, who.token) | _identity(who.login)
        with tempfile.TemporaryDirectory() as folder:
            await git("clone", "--quiet", "--branch", branch, self.clone_url(ref), folder, environment=rights)
            await git("-C", folder, "rm", "--quiet", "--", *paths)
            await git("-C", folder, "commit", "--quiet", "-m", "Remove", environment=rights)
            await git("-C", folder, "push", "--quiet", "origin", branch, environment=rights)

    def clone_url(self, ref: RepoRef) -> str:
        """Where git finds a repository."""
        return f"{self.url}/{ref}.git"

    async def _filled(self, owner: Account, ref: RepoRef) -> None:
        """Wait until a forge that learns of pushes in the background knows of the first one."""
        forge = self.connect(owner)
        for _ in range(100):
            if not (await forge.repositories.repo(ref)).empty:
                break
            await asyncio.sleep(0.05)
        await forge.close()

    async def _post(self, who: Account, path: str, body: dict[str, object]) -> None:
        async with httpx.AsyncClient(
            headers={"Authorization": f"token {who.token}"}, trust_env=False, verify=CERTIFICATES
        ) as client:
            answer = await client.post(f"{self.url}/api/v1{path}", json=body)
            assert answer.status_code < 300, answer.text


def write_files(folder: Path, files: dict[str, str]) -> None:
    """Write files by relative paths."""
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def start_practice(folder: Path, port: int = 0) -> tuple[subprocess.Popen[str], str]:
    """A practice forge as a process: (process, url)."""
    command = [sys.executable, "-m", "forgecrew.integrations.practice", "--folder", str(folder), "--port", str(port)]
    process = subprocess.Popen([*command, "--admin", f"{ADMIN}:{ADMIN_PASSWORD}"], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    ready, _, _ = select.select([process.stdout], [], [], 30)
    line = process.stdout.readline() if ready else ""
    assert line, "the practice forge did not start"
    return process, json.loads(line)["url"]


def stop(process: subprocess.Popen[str]) -> None:
    """End a process that a test started."""
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout:
        process.stdout.close()


def admin_token(url: str, login: str = ADMIN, password: str = ADMIN_PASSWORD) -> str:
    """A token of the administrator with all scopes."""
    body = {"name": secrets.token_hex(4), "scopes": ["all"]}
    answer = httpx.post(
        f"{url}/api/v1/users/{login}/tokens", json=body, auth=(login, password), trust_env=False, verify=CERTIFICATES
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["sha1"])


@pytest.fixture(scope="session")
def practice_forge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveForge]:
    """The practice forge as a process, one for the whole run."""
    process, url = start_practice(tmp_path_factory.mktemp("practice"))
    yield LiveForge(url, admin_token(url), "practice")
    stop(process)


@pytest.fixture(scope="session")
def live_forge(practice_forge: LiveForge) -> LiveForge:
    """The forge that the contract suite runs on; tests/live puts a Gitea in its place."""
    return practice_forge


@dataclass(frozen=True, slots=True)
class Team:
    """A repository of `owner` that `agent` and `reviewer` can write to, and `stranger` who only reads it."""

    forge: LiveForge
    repo: RepoRef
    owner: Account
    agent: Account
    reviewer: Account
    stranger: Account
    as_owner: Forge
    as_agent: Forge
    as_reviewer: Forge
    as_stranger: Forge


@pytest.fixture
async def team(live_forge: LiveForge) -> AsyncIterator[Team]:
    """A fresh repository and the people around it."""
    people = [await live_forge.account(name) for name in ("owner", "agent", "reviewer", "stranger")]
    owner, agent, reviewer, stranger = people
    repo = await live_forge.repository(owner)
    connections = [live_forge.connect(who) for who in people]
    for who in (agent, reviewer):
        await connections[0].repositories.repo(repo)
        await connections[0].people.add_collaborator(repo, who.login, "write")
    yield Team(live_forge, repo, owner, agent, reviewer, stranger, *connections)
    for connection in connections:
        await connection.close()


def _identity(name: str) -> dict[str, str]:
    return {f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER")
            for key, value in (("NAME", name), ("EMAIL", f"{name}@example.org"))}  # fmt: skip
