"""Pull requests as the forge shows them."""

from dataclasses import dataclass

from forgecrew.core.subject import RepoRef, Subject

DRAFT_PREFIX = "WIP: "
"""Gitea has no draft field: a title that starts so is a draft."""


@dataclass(frozen=True, slots=True)
class PullRequest:
    """One pull request. `head` and `base` are branch names in the same repository (`owner:branch` for a head in a fork).

    `requested_reviewers` may hold some who have answered; who is still asked is told by searching for `review_requested`.
    """

    repo: RepoRef
    number: int
    title: str
    body: str
    state: str
    author: str
    head: str
    head_sha: str
    base: str
    base_sha: str = ""
    merged: bool = False
    requested_reviewers: tuple[str, ...] = ()
    html_url: str = ""

    @property
    def draft(self) -> bool:
        """Whether the title marks it as work in progress."""
        return self.title.upper().startswith(("WIP:", "[WIP]"))

    @property
    def subject(self) -> Subject:
        """What a task about this pull request is about."""
        return Subject(self.repo, "pull", self.number)


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """One file of a pull request's diff."""

    path: str
    status: str
    additions: int = 0
    deletions: int = 0
