"""Who asks memory: which labels of readers and which repositories may be seen. No question to memory goes without one."""

from collections.abc import Iterable
from dataclasses import dataclass

from forgecrew.core.label import PUBLIC


@dataclass(frozen=True, slots=True)
class Scope:
    """A row may be read when its readers are among `readers` and its repository among `repos` (all of them when None).

    Rows that belong to no repository (people, teams) have the repository "". Nothing ever makes rows for `secret` readable.
    """

    readers: frozenset[str] = frozenset({PUBLIC})
    repos: frozenset[str] | None = None

    def __post_init__(self) -> None:
        if "secret" in self.readers:
            raise ValueError("a scope cannot hold the readers `secret`")

    @classmethod
    def of_repos(cls, private: Iterable[str] = (), *, only: Iterable[str] | None = None) -> "Scope":
        """What is public and the named private repositories (owner/name); `only` narrows that to some repositories."""
        repos = None if only is None else frozenset({"", *only})
        return cls(frozenset({PUBLIC, *(f"repo:{name}" for name in private)}), repos)

    def allows(self, repo: str, readers: str) -> bool:
        """Whether one row may be read: the rule that the queries apply in SQL."""
        return readers in self.readers and (self.repos is None or repo in self.repos)
