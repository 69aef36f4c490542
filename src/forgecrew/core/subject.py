"""What a task is about: a repository, an issue, a pull request or a conversation."""

from dataclasses import dataclass
from typing import Literal

SubjectKind = Literal["repo", "issue", "pull", "conversation"]


@dataclass(frozen=True, slots=True)
class RepoRef:
    """Owner and name of a repository on the forge."""

    owner: str
    name: str

    def __str__(self) -> str:
        return f"{self.owner}/{self.name}"

    @classmethod
    def parse(cls, text: str) -> "RepoRef":
        """From `owner/name`; raises ValueError for anything else."""
        owner, slash, name = text.partition("/")
        if not (owner and slash and name) or "/" in name:
            raise ValueError(f"not owner/name: {text!r}")
        return cls(owner, name)


@dataclass(frozen=True, slots=True)
class Subject:
    """One thing that a task is about. Issues and pull requests of a repository share their numbers, as in Gitea."""

    repo: RepoRef
    kind: SubjectKind
    number: int = 0

    @property
    def key(self) -> str:
        """`owner/name#12`, or `owner/name` for the repository: at most one running task per key."""
        return f"{self.repo}#{self.number}" if self.number else str(self.repo)
