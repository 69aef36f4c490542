"""Who asks memory: which readers' labels and repositories may be seen, and how far texts must be trusted.

No question to memory goes without a scope.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from forgecrew.core.label import PUBLIC


@dataclass(frozen=True, slots=True)
class Scope:
    """A row may be read when its readers are among `readers` and its repository among `repos` (all of them when None).

    Rows that belong to no repository (people, teams) have the repository "". Nothing ever makes rows for `secret` readable.
    A text must have at least `integrity_min` (core/label.py), or be by one of the `trusted` (logins in lower case): a run that
    reads nothing below its own label keeps that label.
    """

    readers: frozenset[str] = frozenset({PUBLIC})
    repos: frozenset[str] | None = None
    integrity_min: int = 0
    trusted: frozenset[str] = frozenset()

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

    def trusts(self, integrity: int, author: str) -> bool:
        """Whether a text is trusted far enough: the rule that the queries apply in SQL."""
        return integrity >= self.integrity_min or author.lower() in self.trusted
