"""What every forge must do with repositories, branches, files, hooks and git over HTTP."""

import pytest

from forgecrew.core.errors import NotFound, RefusedError
from forgecrew.core.subject import RepoRef
from forgecrew.integrations.practice.seed import git, git_credentials
from tests.forges import FILES, Team


async def test_repository(team: Team) -> None:
    repo = await team.as_agent.repositories.repo(team.repo)
    assert (repo.ref, repo.default_branch, repo.private, repo.archived, repo.empty) == (team.repo, "main", False, False, False)
    assert repo.clone_url == f"{team.forge.url}/{team.repo}.git" and repo.html_url == f"{team.forge.url}/{team.repo}"


async def test_repositories_of_an_account(team: Team) -> None:
    assert team.repo in [repo.ref for repo in await team.as_owner.repositories.repos()]
    assert team.repo in [repo.ref for repo in await team.as_agent.repositories.repos()]
    assert team.repo not in [repo.ref for repo in await team.as_stranger.repositories.repos()]


async def test_private_repository_is_not_shown(team: Team) -> None:
    secret = await team.forge.repository(team.owner, private=True)
    assert (await team.as_owner.repositories.repo(secret)).private
    with pytest.raises(NotFound, match=r"not there, or not shown to this account"):
        await team.as_stranger.repositories.repo(secret)
    with pytest.raises(NotFound):
        await team.as_stranger.repositories.branch_sha(secret, "main")
    with pytest.raises(NotFound):
        await team.as_stranger.repositories.file(secret, "README.md", at="main")


async def test_empty_repository(team: Team) -> None:
    empty = await team.forge.repository(team.owner, files={})
    assert (await team.as_owner.repositories.repo(empty)).empty
    assert await team.as_owner.repositories.branch_sha(empty, "main") is None
    assert await team.as_owner.repositories.file(empty, "README.md", at="main") is None


async def test_branches_with_slashes(team: Team) -> None:
    sha = await team.forge.push(team.agent, team.repo, "agents/fix/1-größe", {"x.txt": "1\n"})
    assert await team.as_agent.repositories.branch_sha(team.repo, "agents/fix/1-größe") == sha
    assert await team.as_agent.repositories.branch_sha(team.repo, "agents/fix") is None
    assert await team.as_agent.repositories.branch_sha(team.repo, "main") not in (None, sha)


async def test_files_at_branches_and_commits(team: Team) -> None:
    files = team.as_agent.repositories
    before = await files.branch_sha(team.repo, "main")
    assert before
    await team.forge.push(team.agent, team.repo, "agents/fix", {"sums/add.py": "fixed\n", "a b#?%.txt": "odd name\n"})
    for path, text in FILES.items():
        assert await files.file(team.repo, path, at="main") == text.encode()
    assert await files.file(team.repo, "sums/add.py", at="agents/fix") == b"fixed\n"
    assert await files.file(team.repo, "sums/add.py", at=before) == FILES["sums/add.py"].encode()
    assert await files.file(team.repo, "a b#?%.txt", at="agents/fix") == b"odd name\n"
    assert await files.file(team.repo, "missing.py", at="main") is None
    assert await files.folder(team.repo, "sums", at="agents/fix") == ["sums/add.py"]
    assert await files.folder(team.repo, "missing", at="main") == []
    assert await files.file(team.repo, "sums", at="main") is None
    assert await files.file(team.repo, "sums/add.py", at="missing") is None
    assert await files.file(team.repo, "sums/add.py", at="0" * 40) is None


async def test_large_files_are_refused(team: Team) -> None:
    await team.forge.push(team.agent, team.repo, "large", {"large.txt": "x" * (1 << 20), "larger.txt": "x" * ((1 << 20) + 1)})
    assert len(await team.as_agent.repositories.file(team.repo, "large.txt", at="large") or b"") == 1 << 20
    with pytest.raises(RefusedError, match="larger than"):
        await team.as_agent.repositories.file(team.repo, "larger.txt", at="large")


async def test_hooks(team: Team) -> None:
    url = "http://127.0.0.1:9/hooks/gitea"
    made = await team.as_owner.repositories.add_hook(
        team.repo, url=url, secret="s", events=["issues", "pull_request", "pull_request_review"]
    )
    assert made.active and made.url == url and "issue_assign" in made.events
    assert await team.as_owner.repositories.hooks(team.repo) == [made] or {
        hook.id for hook in await team.as_owner.repositories.hooks(team.repo)
    } == {made.id}
    with pytest.raises(RefusedError):
        await team.as_agent.repositories.hooks(team.repo)


async def test_git_refuses_who_may_not_push(team: Team) -> None:
    with pytest.raises(RuntimeError, match=r"403|denied|unable to access|pre-receive"):
        await team.forge.push(team.stranger, team.repo, "mine", {"x.txt": "1\n"})
    assert await team.as_agent.repositories.branch_sha(team.repo, "mine") is None
    read_only = await team.forge.token(team.agent, "read:repository")
    with pytest.raises(RuntimeError, match="403"):
        await push_with(team, read_only)
    with pytest.raises(RuntimeError, match=r"could not read Username|Authentication failed|401"):
        await push_with(team, "0" * 40)


async def test_git_shows_private_repositories_to_members(team: Team) -> None:
    secret = await team.forge.repository(team.owner, private=True)
    url = team.forge.clone_url(secret)
    rights = git_credentials(team.owner.login, team.owner.password)
    assert "refs/heads/main" in await git("ls-remote", url, environment=rights)
    with pytest.raises(RuntimeError):
        await git("ls-remote", url, environment=git_credentials(team.stranger.login, team.stranger.token))
    with pytest.raises(RuntimeError):
        await git("ls-remote", url)


async def test_git_offers_the_heads_of_pull_requests(team: Team) -> None:
    sha = await team.forge.push(team.agent, team.repo, "fix", {"x.txt": "1\n"})
    pull = await team.as_agent.pulls.open_pull(team.repo, head="fix", base="main", title="t", body="")
    shown = await git("ls-remote", team.forge.clone_url(team.repo), f"refs/pull/{pull.number}/head")
    assert shown.split() == [sha, f"refs/pull/{pull.number}/head"]


async def push_with(team: Team, token: str) -> None:
    who = type(team.agent)(team.agent.login, "", token)
    await team.forge.push(who, team.repo, "mine", {"x.txt": "1\n"})


async def test_repository_that_nobody_has(team: Team) -> None:
    with pytest.raises(NotFound):
        await team.as_owner.repositories.repo(RepoRef("nobody-of-that-name", "nothing"))


async def test_one_new_file_on_a_branch_of_its_own(team: Team) -> None:
    files = team.as_agent.repositories
    content = '# Größe\n\n"Be" kind.\n'.encode()
    before = await files.branch_sha(team.repo, "main")
    await files.add_file(team.repo, ".notes/a b.md", content, base="main", branch="agents/notes", message="Add a note")
    assert await files.file(team.repo, ".notes/a b.md", at="agents/notes") == content
    assert await files.file(team.repo, "README.md", at="agents/notes") == FILES["README.md"].encode()
    assert await files.branch_sha(team.repo, "main") == before != await files.branch_sha(team.repo, "agents/notes")
    for path, branch in ((".notes/other.md", "agents/notes"), ("README.md", "agents/other")):
        with pytest.raises(RefusedError):
            await files.add_file(team.repo, path, content, base="main", branch=branch, message="Again")
    with pytest.raises((RefusedError, NotFound)):
        await team.as_stranger.repositories.add_file(team.repo, "x.md", content, base="main", branch="x", message="No")
