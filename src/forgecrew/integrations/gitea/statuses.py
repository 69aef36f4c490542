"""Statuses of commits of a Gitea or Forgejo."""

from typing import cast, get_args

from forgecrew.core.commit_status import DESCRIPTION_CHARACTERS_MAX, CommitStatus, StatusState
from forgecrew.core.json import Json
from forgecrew.core.subject import RepoRef
from forgecrew.integrations.gitea.fields import number, text
from forgecrew.integrations.gitea.http import Transport, at
from forgecrew.ports.commit_statuses import CommitStatuses

_STATUSES = "/repos/{owner}/{repo}/statuses/{sha}"


class GiteaStatuses:
    """Implements ports.commit_statuses.CommitStatuses."""

    def __init__(self, transport: Transport) -> None:
        self._http = transport

    async def of(self, repo: RepoRef, sha: str) -> list[CommitStatus]:
        """The present one of each context: a forge keeps every one that was set, each under a higher number."""
        present: dict[str, Json] = {}
        for item in await self._http.pages(at(_STATUSES, repo, sha=sha)):
            known = present.get(text(item, "context"))
            if known is None or number(item, "id") > number(known, "id"):
                present[text(item, "context")] = item
        return [_status(item) for item in present.values()]

    async def set(self, repo: RepoRef, sha: str, status: CommitStatus) -> None:
        """Say it."""
        asked: Json = {
            "context": status.context, "state": status.state, "target_url": status.target_url,
            "description": status.description[:DESCRIPTION_CHARACTERS_MAX],
        }  # fmt: skip
        await self._http.request("POST", at(_STATUSES, repo, sha=sha), body=asked)


def _status(item: Json) -> CommitStatus:
    state = text(item, "status")
    known = cast(StatusState, state) if state in get_args(StatusState) else "warning"
    return CommitStatus(text(item, "context"), known, text(item, "description"), text(item, "target_url"))


def statuses(transport: Transport) -> CommitStatuses:
    """The port on one connection."""
    return GiteaStatuses(transport)
