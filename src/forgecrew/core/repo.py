"""A repository as the forge shows it."""

from dataclasses import dataclass

from forgecrew.core.subject import RepoRef


@dataclass(frozen=True, slots=True)
class Repo:
    """One repository; `clone_url` is plain HTTP(S) without credentials."""

    ref: RepoRef
    default_branch: str = "main"
    clone_url: str = ""
    html_url: str = ""
    private: bool = False
    archived: bool = False
    empty: bool = False
    description: str = ""


@dataclass(frozen=True, slots=True)
class Hook:
    """A webhook of a repository; the secret is never given back."""

    id: int
    url: str
    active: bool
    events: tuple[str, ...] = ()
