"""Repositories of a Gitea or Forgejo, their branches, files, hooks and labels."""

import base64
from collections.abc import Sequence

from forgecrew.core.errors import NotFound, RefusedError
from forgecrew.core.json import Json
from forgecrew.core.repo import Hook, Repo
from forgecrew.core.subject import RepoRef
from forgecrew.integrations.gitea import payloads
from forgecrew.integrations.gitea.fields import number, text
from forgecrew.integrations.gitea.http import Transport, at
from forgecrew.ports.repositories import Repositories

_REPO = "/repos/{owner}/{repo}"
FILE_BYTES_MAX = 1 << 20


class GiteaRepositories:
    """Implements ports.repositories.Repositories."""

    def __init__(self, transport: Transport) -> None:
        self._http = transport

    async def repo(self, ref: RepoRef) -> Repo:
        """One repository."""
        return payloads.repo(await self._http.item("GET", at(_REPO, ref)))

    async def repos(self) -> list[Repo]:
        """Repositories that this account owns, can write to or was added to."""
        return [payloads.repo(item) for item in await self._http.pages("/user/repos")]

    async def branch_sha(self, ref: RepoRef, branch: str) -> str | None:
        """Full id of a branch's head; None when there is no such branch."""
        try:
            found = await self._http.item("GET", at(_REPO + "/branches/{rest}", ref, rest=branch))
        except NotFound:
            await self.repo(ref)  # a repository that is not there is another matter
            return None
        return text(found, "commit", "id") or None

    async def file(self, ref: RepoRef, path: str, *, at: str) -> bytes | None:
        """Content of a file at a branch or commit; None when there is none. At most 1 MiB, else RefusedError."""
        try:
            found = await self._http.item("GET", _contents(ref, path), query={"ref": at}, bytes_max=2 * FILE_BYTES_MAX)
        except NotFound:
            await self.repo(ref)
            return None
        if text(found, "type") != "file":
            return None
        if number(found, "size") > FILE_BYTES_MAX:
            raise RefusedError(f"{path} of {ref} is larger than {FILE_BYTES_MAX} bytes")
        return base64.b64decode(text(found, "content"))

    async def folder(self, ref: RepoRef, path: str, *, at: str) -> list[str]:
        """Paths of the files of a folder at a branch or commit; empty when there is none."""
        try:
            found = await self._http.items(_contents(ref, path), {"ref": at})
        except NotFound:
            await self.repo(ref)
            return []
        return sorted(text(one, "path") for one in found if text(one, "type") == "file")

    async def add_file(self, ref: RepoRef, path: str, content: bytes, *, base: str, branch: str, message: str) -> None:
        """Commit one new file to a new branch made from `base`. RefusedError where the file or the branch is there already."""
        encoded = base64.b64encode(content).decode()
        asked: Json = {"branch": base, "new_branch": branch, "content": encoded, "message": message}
        await self._http.request("POST", _contents(ref, path), body=asked)

    async def hooks(self, ref: RepoRef) -> list[Hook]:
        """Webhooks (needs admin rights on the repository)."""
        return [payloads.hook(item) for item in await self._http.pages(at(_REPO + "/hooks", ref))]

    async def add_hook(self, ref: RepoRef, *, url: str, secret: str, events: Sequence[str]) -> Hook:
        """Add an active JSON webhook; a forge makes it inactive unless told."""
        config = {"url": url, "content_type": "json", "secret": secret}
        asked: Json = {"type": "gitea", "active": True, "events": list(events), "config": config}
        return payloads.hook(await self._http.item("POST", at(_REPO + "/hooks", ref), body=asked))

    async def create_label(self, ref: RepoRef, name: str, color: str, description: str) -> None:
        """Offer a label; existing names are left as they are (a forge would make a second one)."""
        labels = at(_REPO + "/labels", ref)
        if any(text(item, "name") == name for item in await self._http.pages(labels)):
            return
        asked: Json = {"name": name, "color": f"#{color.removeprefix('#')}", "description": description}
        await self._http.request("POST", labels, body=asked)


def _contents(ref: RepoRef, path: str) -> str:
    """Not the shorter `raw`: that gives the default branch's file for a branch that does not exist."""
    return at(_REPO + "/contents/{rest}", ref, rest=path.lstrip("/"))


def repositories(transport: Transport) -> Repositories:
    """The port on one connection."""
    return GiteaRepositories(transport)
