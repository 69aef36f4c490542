"""Code of the forge's repositories in folders of our home: mirrors, their past, clean clones, versions of files."""

from collections.abc import Sequence
from pathlib import Path

from forgecrew.app.adapters import only
from forgecrew.ports.code_history import CodeHistory
from forgecrew.ports.code_host import CodeHost
from forgecrew.ports.code_push import CodePush
from forgecrew.ports.code_trees import CodeTrees
from forgecrew.ports.version_store import VersionStore


def code_host(home: Path, accounts: Sequence[tuple[str, str]]) -> CodeHost:
    """Mirrors of the forge's repositories, read with the first of the accounts (login, read token) that may."""
    return only("code_host").connect(home / "mirrors", accounts)


def code_history(home: Path) -> CodeHistory:
    """The past of code that the mirrors hold."""
    return only("code_history").connect(home / "mirrors")


def code_trees(home: Path) -> CodeTrees:
    """What the mirrors hold, for the index of code."""
    return only("code_trees").connect(home / "mirrors")


def code_push(home: Path) -> CodePush:
    """Clean clones from which agents' commits are pushed."""
    return only("code_push").connect(home / "push")


def version_store(home: Path) -> VersionStore:
    """What opens bundles of file versions."""
    return only("version_store").connect(home / "versions")
