"""What workers must get from the mirror."""

import asyncio
from pathlib import Path

import pytest

from forgecrew.app.free_port import free_port
from forgecrew.core.errors import ForgeUnavailable, RefusedError
from forgecrew.core.subject import RepoRef
from forgecrew.integrations.git.code_host import connect
from forgecrew.integrations.git.code_push import connect as connect_push
from forgecrew.integrations.practice.seed import git, git_credentials
from tests.contracts.code.workspace import clone
from tests.forges import Team


def on_disk(folder: Path, word: str) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file() and word.encode() in file.read_bytes()]


async def test_a_mirror_follows_the_forge_and_gives_bundles(team: Team, tmp_path: Path) -> None:
    mirrors = connect(tmp_path / "mirrors", [(team.agent.login, team.agent.token)])
    url = team.forge.clone_url(team.repo)
    assert await mirrors.sha(team.repo, "main") is None
    await asyncio.gather(*(mirrors.refresh(team.repo, url) for _ in range(3)))
    main = await mirrors.sha(team.repo, "main")
    pushed = await team.forge.push(team.owner, team.repo, "topic/x", {"a.txt": "a\n"})
    assert await mirrors.sha(team.repo, "topic/x") is None
    await mirrors.refresh(team.repo, url)
    assert await mirrors.sha(team.repo, "topic/x") == pushed == await mirrors.sha(team.repo, pushed[:12])
    for ref in ("gone", "--help", "../x", "f" * 40):
        assert await mirrors.sha(team.repo, ref) is None
    bundle = await mirrors.bundle(team.repo, {"refs/heads/base": "main", "refs/heads/work": pushed})
    file = tmp_path / "x.bundle"
    file.write_bytes(bundle)
    heads = await git("bundle", "list-heads", str(file))
    assert set(heads.split()) == {main, pushed, "refs/heads/base", "refs/heads/work"}
    await git("clone", "--quiet", "-b", "work", str(file), str(tmp_path / "clone"))
    assert (tmp_path / "clone" / "a.txt").read_text() == "a\n"
    with pytest.raises(RefusedError, match="no branch or commit 'gone'"):
        await mirrors.bundle(team.repo, {"refs/heads/x": "gone"})
    assert on_disk(tmp_path / "mirrors", team.agent.token) == []


async def test_the_first_account_that_may_clone_is_used(team: Team, tmp_path: Path) -> None:
    repo = await team.forge.repository(team.owner, private=True)
    url = team.forge.clone_url(repo)
    stranger, owner = (team.stranger.login, team.stranger.token), (team.owner.login, team.owner.token)
    mirrors = connect(tmp_path / "a", [stranger, owner])
    for _ in range(2):
        await mirrors.refresh(repo, url)
    assert await mirrors.sha(repo, "main")
    for accounts in ([stranger], [("casey", "0" * 40)], []):
        with pytest.raises(RefusedError, match=f"nobody of the crew may clone {repo}.*scope repository"):
            await connect(tmp_path / "b", accounts).refresh(repo, url)


async def test_a_forge_that_is_down_or_lacks_the_repository(team: Team, tmp_path: Path) -> None:
    mirrors = connect(tmp_path, [(team.agent.login, team.agent.token)])
    with pytest.raises(ForgeUnavailable):
        await mirrors.refresh(team.repo, f"http://127.0.0.1:{free_port()}/a/b.git")
    gone = RepoRef("nobody", "nothing")
    with pytest.raises(RefusedError):
        await mirrors.refresh(gone, team.forge.clone_url(gone))
    with pytest.raises(RefusedError, match="not allowed"):
        await mirrors.refresh(team.repo, f"file://{tmp_path}")
    with pytest.raises(RefusedError, match="not allowed"):
        await mirrors.refresh(team.repo, "ext::sh -c touch% /tmp/pwned")


async def test_odd_objects_on_the_forge_stop_nobody(team: Team, tmp_path: Path) -> None:
    """A stranger's pull request, or old history, holds what git's own checks dislike: nobody checks it out outside."""
    work = await clone(team.forge, team.owner, team.repo, tmp_path)
    tree, parent = await work.git("rev-parse", "HEAD^{tree}"), await work.git("rev-parse", "HEAD")
    raw = f"tree {tree}\nparent {parent}\nauthor A<a@x> 1 +0000\ncommitter A<a@x> 1 +0000\n\nOdd\n"
    (work.folder / "raw").write_text(raw)
    odd = await work.git("hash-object", "-t", "commit", "-w", "--literally", "raw")
    url = team.forge.clone_url(team.repo)
    rights = git_credentials(team.owner.login, team.owner.token)
    await git("-C", str(work.folder), "push", "--quiet", url, f"{odd}:refs/heads/odd", environment=rights)
    mirrors = connect(tmp_path / "mirrors", [(team.agent.login, team.agent.token)])
    await mirrors.refresh(team.repo, url)
    assert await mirrors.sha(team.repo, "odd") == odd
    await work.git("reset", "--quiet", "--hard", parent)
    head = await work.commit({"a.txt": "a\n"})
    who = {"login": team.agent.login, "token": team.agent.token}
    change = await connect_push(tmp_path / "push").inspect(
        team.repo, url, await work.bundle(), head_sha=head, base="main", **who
    )
    assert change.paths == ("a.txt", "raw")


async def test_one_file_of_a_commit_can_be_read(team: Team, tmp_path: Path) -> None:
    mirrors = connect(tmp_path / "mirrors", [(team.agent.login, team.agent.token)])
    assert await mirrors.read(team.repo, "main", "a.txt", bytes_max=10) is None
    pushed = await team.forge.push(team.owner, team.repo, "topic/x", {"a.txt": "a\n", "deep/b.txt": "b" * 11})
    await mirrors.refresh(team.repo, team.forge.clone_url(team.repo))
    assert await mirrors.read(team.repo, pushed, "a.txt", bytes_max=10) == b"a\n"
    for path in ("deep/b.txt", "deep", "gone", "--help"):
        assert await mirrors.read(team.repo, pushed, path, bytes_max=10) is None
