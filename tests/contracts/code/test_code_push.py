"""What must hold for a push: only what was checked, only where it belongs, never twice."""

from pathlib import Path
from typing import Any

import pytest

from forgecrew.app.free_port import free_port
from forgecrew.core.errors import ForgeUnavailable, RefusedError
from forgecrew.integrations.git.code_push import GitPush, connect
from tests.contracts.code.test_code_host import on_disk
from tests.contracts.code.workspace import Workspace, clone
from tests.forges import Team


class Pushing:
    """A workspace and a pusher for one team."""

    def __init__(self, team: Team, work: Workspace, pusher: GitPush) -> None:
        self.team, self.work, self.pusher = team, work, pusher

    async def push(
        self, head_sha: str, *, branch: str = "casey/1", expected: str | None = None, bundle: bytes | None = None, **more: Any
    ) -> list[str]:
        """Push what the workspace holds."""
        sealed = bundle if bundle is not None else await self.work.bundle()
        who: dict[str, Any] = {"login": self.team.agent.login, "token": self.team.agent.token} | more
        url = who.pop("url", self.team.forge.clone_url(self.team.repo))
        return await self.pusher.push(
            self.team.repo, url, sealed, branch=branch, head_sha=head_sha, expected_sha=expected, **who
        )

    async def at(self, branch: str) -> str | None:
        """Where the forge's branch is."""
        return await self.team.as_agent.repositories.branch_sha(self.team.repo, branch)


@pytest.fixture
async def pushing(team: Team, tmp_path: Path) -> Pushing:
    return Pushing(team, await clone(team.forge, team.agent, team.repo, tmp_path), connect(tmp_path / "clones"))


async def test_a_branch_is_made_and_moved_on(pushing: Pushing, tmp_path: Path) -> None:
    first = await pushing.work.commit({"sums/add.py": "x\n", "docs/größe 2.md": "y\n"})
    paths = ["docs/größe 2.md", "sums/add.py"]
    assert await pushing.push(first) == paths
    assert await pushing.at("casey/1") == first
    assert await pushing.push(first) == paths
    second = await pushing.work.commit({"new.txt": "z\n"})
    assert await pushing.push(second, expected=first) == ["docs/größe 2.md", "new.txt", "sums/add.py"]
    assert await pushing.at("casey/1") == second
    assert on_disk(tmp_path / "clones", pushing.team.agent.token) == []
    assert not list((tmp_path / "clones").glob("*/beside-*"))


async def test_paths_are_told_without_pushing(pushing: Pushing) -> None:
    main = await pushing.work.git("rev-parse", "HEAD")
    head = await pushing.work.commit({".gitea/workflows/ci.yml": "x\n"})
    await pushing.team.forge.push(pushing.team.owner, pushing.team.repo, "main", {"elsewhere.txt": "1\n"})
    team, bundle = pushing.team, await pushing.work.bundle()
    who = {"login": team.agent.login, "token": team.agent.token}
    for base in ("main", main):
        change = await pushing.pusher.inspect(
            team.repo, team.forge.clone_url(team.repo), bundle, head_sha=head, base=base, **who
        )
        assert change.paths == change.touched == (".gitea/workflows/ci.yml",)
        assert (change.emails, change.messages) == ((f"{team.agent.login}@example.org",), ("Change\n",))
    with pytest.raises(RefusedError, match="no branch or commit"):
        await pushing.pusher.inspect(
            team.repo, team.forge.clone_url(team.repo), bundle, head_sha=head, base=head, **who
        )  # fmt: skip
    assert await pushing.at("casey/1") is None


async def test_a_branch_that_is_elsewhere_is_left_alone(pushing: Pushing) -> None:
    head = await pushing.work.commit({"a.txt": "a\n"})
    theirs = await pushing.team.forge.push(pushing.team.owner, pushing.team.repo, "casey/1", {"b.txt": "b\n"})
    for expected in (None, "0" * 40):
        with pytest.raises(RefusedError, match=f"is at {theirs}, not at"):
            await pushing.push(head, expected=expected)
    with pytest.raises(RefusedError, match="history of casey/1 is never rewritten"):
        await pushing.push(head, expected=theirs)
    assert await pushing.at("casey/1") == theirs


async def test_only_what_the_bundle_really_holds(pushing: Pushing) -> None:
    head = await pushing.work.commit({"a.txt": "a\n"})
    good = await pushing.work.bundle()
    await pushing.work.git("branch", "other", "HEAD~0")
    unrelated = await pushing.work.commit({"b.txt": "b\n"})
    with pytest.raises(RefusedError, match="does not hold the commit"):
        await pushing.push(unrelated, bundle=good)
    for broken in (b"", b"not a bundle", good[:-40], good[:200] + b"\x00" * 30 + good[230:]):
        with pytest.raises(RefusedError):
            await pushing.push(head, bundle=broken)
    tree = await pushing.work.git("rev-parse", "HEAD^{tree}")
    with pytest.raises(RefusedError):
        await pushing.push(tree, bundle=good)
    assert await pushing.at("casey/1") is None
    assert await pushing.push(head, bundle=await pushing.work.bundle("HEAD", "other")) == ["a.txt"]


@pytest.mark.parametrize("name", [".git", "..", ".GIT"])
async def test_malicious_trees_are_refused(pushing: Pushing, name: str) -> None:
    blob = await pushing.work.git("rev-parse", "HEAD:README.md")
    raw = b"100644 " + name.encode() + b"\x00" + bytes.fromhex(blob)
    (pushing.work.folder / "raw").write_bytes(raw)
    tree = await pushing.work.git("hash-object", "-t", "tree", "-w", "--literally", "raw")
    head = await pushing.work.git("commit-tree", tree, "-p", "HEAD", "-m", "x")
    await pushing.work.git("update-ref", "refs/heads/evil", head)
    with pytest.raises(RefusedError, match="index-pack"):
        await pushing.push(head, bundle=await pushing.work.bundle("evil"))
    assert await pushing.at("casey/1") is None


async def test_submodules_are_refused(pushing: Pushing) -> None:
    head = await pushing.work.git("rev-parse", "HEAD")
    await pushing.work.git("update-index", "--add", "--cacheinfo", f"160000,{head},vendored")
    await pushing.work.git("commit", "--quiet", "-m", "x")
    with pytest.raises(RefusedError, match="submodule at vendored"):
        await pushing.push(await pushing.work.git("rev-parse", "HEAD"))


@pytest.mark.parametrize("branch", ["--force", "a..b", "refs/../x", "a b", "", "x.lock", "+main", "a:b", "/a", "a/", "a//b"])
async def test_odd_names_are_refused(pushing: Pushing, branch: str) -> None:
    with pytest.raises(RefusedError, match="no proper name"):
        await pushing.push("0" * 40, branch=branch, bundle=b"")


async def test_rights_and_a_dead_forge(pushing: Pushing) -> None:
    head = await pushing.work.commit({"a.txt": "a\n"})
    stranger = pushing.team.stranger
    with pytest.raises(RefusedError, match="was refused"):
        await pushing.push(head, login=stranger.login, token=stranger.token)
    with pytest.raises(ForgeUnavailable):
        await pushing.push(head, url=f"http://127.0.0.1:{free_port()}/a/b.git")


async def test_an_empty_repository_takes_a_first_branch(team: Team, tmp_path: Path) -> None:
    empty = await team.forge.repository(team.owner, files={})
    work = await clone(team.forge, team.agent, team.repo, tmp_path)
    head = await work.commit({"a.txt": "a\n"})
    file = tmp_path / "all.bundle"
    await work.git("bundle", "create", "--quiet", str(file), "HEAD")
    pusher = connect(tmp_path / "clones")
    paths = await pusher.push(
        empty, team.forge.clone_url(empty), file.read_bytes(), branch="main", head_sha=head, expected_sha=None,
        login=team.owner.login, token=team.owner.token,
    )  # fmt: skip
    assert paths == ["README.md", "a.txt", "docs/größe.md", "sums/add.py"]
