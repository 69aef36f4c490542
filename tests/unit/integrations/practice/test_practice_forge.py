"""What only the practice forge has: pages, merging, its own start."""

import asyncio
from pathlib import Path

import httpx
import pytest

from forgecrew.integrations.practice.seed import git, seed_account, seed_repository, seed_token
from tests.forges import ADMIN, ADMIN_PASSWORD, LiveForge, Team, admin_token, start_practice, stop, write_files


@pytest.fixture
def live_forge(practice_forge: LiveForge) -> LiveForge:
    return practice_forge


async def read(url: str) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False) as client:
        return await client.get(url)


async def test_pages_of_issues_and_pull_requests(team: Team) -> None:
    issue = await team.as_owner.issues.create_issue(team.repo, "Sums <b>wrong</b>", "See `add`", assignees=[team.agent.login])
    await team.as_agent.issues.react(team.repo, issue.number, "eyes")
    await team.as_agent.issues.comment(team.repo, issue.number, "<!-- hidden -->On <i>it</i>")
    shown = await read(issue.html_url)
    assert shown.status_code == 200 and "default-src 'none'" in shown.headers["content-security-policy"]
    assert "Sums &lt;b&gt;wrong&lt;/b&gt;" in shown.text and "<code>add</code>" in shown.text
    assert "On &lt;i&gt;it&lt;/i&gt;" in shown.text and "hidden" not in shown.text
    assert f"👀 {team.agent.login}" in shown.text and f"assigned to {team.agent.login}" in shown.text

    sha = await team.forge.push(team.agent, team.repo, "fix", {"sums/add.py": "def add(a, b):\n    return a + b\n"})
    pull = await team.as_agent.pulls.open_pull(team.repo, head="fix", base="main", title="WIP: fix", body="b")
    await team.as_reviewer.pulls.review(team.repo, pull.number, verdict="REQUEST_CHANGES", body="Why?", commit_sha=sha)
    shown = await read(pull.html_url)
    assert "asked for changes" in shown.text and "Why?" in shown.text and "draft" in shown.text
    assert '<span class="added">+    return a + b</span>' in shown.text
    listed = await read(f"{team.forge.url}/{team.repo}")
    assert f"/{team.repo}/issues/{issue.number}" in listed.text and f"/{team.repo}/pulls/{pull.number}" in listed.text
    assert str(team.repo) in (await read(team.forge.url)).text
    assert (await read(f"{team.forge.url}/practice.css")).headers["content-type"].startswith("text/css")


async def test_pages_do_not_show_what_is_private(team: Team) -> None:
    secret = await team.forge.repository(team.owner, private=True)
    await team.as_owner.issues.create_issue(secret, "secret", "")
    for path in (f"/{secret}", f"/{secret}/issues/1"):
        assert (await read(team.forge.url + path)).status_code == 404
    assert str(secret) not in (await read(team.forge.url)).text
    for path in ("/nobody/nothing", f"/{team.repo}/issues/99", "/../../etc/passwd", "/a/b/c/d"):
        assert (await read(team.forge.url + path)).status_code == 404


@pytest.mark.parametrize("style", ["merge", "squash"])
async def test_merging(team: Team, style: str) -> None:
    sha = await team.forge.push(team.agent, team.repo, "fix", {"x.txt": "1\n"})
    pull = await team.as_agent.pulls.open_pull(team.repo, head="fix", base="main", title="WIP: fix", body="b")
    url = f"{team.forge.url}/api/v1/repos/{team.repo}/pulls/{pull.number}/merge"
    async with httpx.AsyncClient(headers={"Authorization": f"token {team.owner.token}"}, trust_env=False) as client:
        assert (await client.post(url, json={"do": style})).status_code == 405
        await team.as_agent.pulls.edit_pull(team.repo, pull.number, title="fix")
        assert (await client.post(url, json={"do": style, "head_commit_id": "0" * 40})).status_code == 409
        assert (await client.post(url, json={"Do": style, "head_commit_id": sha})).status_code == 200
        assert (await client.post(url, json={"do": style})).status_code == 405
    merged = await team.as_agent.pulls.pull(team.repo, pull.number)
    assert merged.merged and merged.state == "closed"
    assert await team.as_agent.repositories.file(team.repo, "x.txt", at="main") == b"1\n"
    head = await team.as_agent.repositories.branch_sha(team.repo, "main")
    assert head == merged.base_sha and (head != sha)


async def test_merging_what_conflicts(team: Team) -> None:
    await team.forge.push(team.agent, team.repo, "one", {"x.txt": "1\n"})
    await team.forge.push(team.agent, team.repo, "main", {"x.txt": "2\n"})
    pull = await team.as_agent.pulls.open_pull(team.repo, head="one", base="main", title="fix", body="b")
    url = f"{team.forge.url}/api/v1/repos/{team.repo}/pulls/{pull.number}/merge"
    async with httpx.AsyncClient(headers={"Authorization": f"token {team.owner.token}"}, trust_env=False) as client:
        assert (await client.post(url, json={"do": "merge"})).status_code == 409


async def test_two_at_once_open_one_pull_request(team: Team) -> None:
    await team.forge.push(team.agent, team.repo, "fix", {"x.txt": "1\n"})
    asked = [team.as_agent.pulls.open_pull(team.repo, head="fix", base="main", title="t", body="b") for _ in range(4)]
    done = await asyncio.gather(*asked, return_exceptions=True)
    assert sum(not isinstance(result, Exception) for result in done) == 1


async def test_it_keeps_what_it_had_when_it_starts_again(tmp_path: Path) -> None:
    write_files(tmp_path / "files", {"README.md": "# Hello\n", "src/__pycache__/x.pyc": "no", "src/x.py": "x = 1\n"})
    process, url = await asyncio.to_thread(start_practice, tmp_path / "forge")
    try:
        await seed_account(url, ADMIN, ADMIN_PASSWORD, "ada", "ada-password-1", full_name="Ada")
        await seed_account(url, ADMIN, ADMIN_PASSWORD, "ada", "ada-password-1", full_name="Ada")
        repo = await seed_repository(url, ADMIN, ADMIN_PASSWORD, "ada", "hello", tmp_path / "files")
        again = await seed_repository(url, ADMIN, ADMIN_PASSWORD, "ada", "hello", tmp_path / "files")
        assert repo["id"] == again["id"] and repo["empty"] is False
        token = await seed_token(url, "ada", "ada-password-1", "work")
        assert token != await seed_token(url, "ada", "ada-password-1", "work")
    finally:
        stop(process)
    process, url = await asyncio.to_thread(start_practice, tmp_path / "forge")
    try:
        forge = LiveForge(url, await asyncio.to_thread(admin_token, url), "practice")
        admin = forge.connect(forge.admin_token)
        assert (await admin.people.me()).login == ADMIN
        await admin.close()
        await git("clone", "--quiet", f"{url}/ada/hello.git", str(tmp_path / "clone"))
        files = sorted(
            str(file.relative_to(tmp_path / "clone")) for file in (tmp_path / "clone").rglob("*.*") if ".git/" not in f"{file}/"
        )
        assert files == ["README.md", "src/x.py"]
        author = await git("-C", str(tmp_path / "clone"), "log", "-1", "--format=%an <%ae> %aI %s")
        assert author.strip() == "ada <ada@example.org> 2026-01-05T09:00:00+00:00 First version"
    finally:
        stop(process)
