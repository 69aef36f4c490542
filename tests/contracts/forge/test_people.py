"""What every forge must do with accounts, permissions, tokens and notifications."""

import secrets

import httpx
import pytest

from forgecrew.core.errors import NotFound, RefusedError
from tests.forges import Team


async def test_who_am_i(team: Team) -> None:
    me = await team.as_agent.people.me()
    assert me.login == team.agent.login and me.full_name == "Agent" and me.id > 0
    assert (await team.as_agent.people.version())[0].isdigit()


async def test_permissions_as_an_administrator_of_the_repository_sees_them(team: Team) -> None:
    people = team.as_owner.people
    assert await people.permission(team.repo, team.owner.login) == "owner"
    assert await people.permission(team.repo, team.agent.login) == "write"
    assert await people.permission(team.repo, team.stranger.login) == "read"
    assert await people.permission(team.repo, "nobody-of-that-name") == "none"
    await people.add_collaborator(team.repo, team.stranger.login, "admin")
    assert await people.permission(team.repo, team.stranger.login) == "admin"
    await people.add_collaborator(team.repo, team.stranger.login, "none")
    assert await people.permission(team.repo, team.stranger.login) == "read"


async def test_permissions_as_a_writer_sees_them(team: Team) -> None:
    people = team.as_agent.people
    assert await people.permission(team.repo, team.agent.login) == "write"
    assert await people.permission(team.repo, team.owner.login) == "owner"
    assert await people.permission(team.repo, team.reviewer.login) == "write"
    assert await people.permission(team.repo, team.stranger.login) == "read"


async def test_permissions_in_a_private_repository(team: Team) -> None:
    secret = await team.forge.repository(team.owner, private=True)
    await team.as_owner.people.add_collaborator(secret, team.agent.login, "read")
    assert await team.as_owner.people.permission(secret, team.stranger.login) == "none"
    assert await team.as_owner.people.permission(secret, team.agent.login) == "read"
    assert await team.as_agent.people.permission(secret, team.stranger.login) == "none"
    with pytest.raises(NotFound):
        await team.as_stranger.people.permission(secret, team.agent.login)


async def test_only_administrators_add_collaborators(team: Team) -> None:
    with pytest.raises(RefusedError):
        await team.as_agent.people.add_collaborator(team.repo, team.stranger.login, "write")


async def test_account_that_exists_is_returned(team: Team) -> None:
    admin = team.forge.connect(team.forge.admin_token)
    login = f"new-{secrets.token_hex(3)}"
    wanted = {"full_name": "New Person", "email": f"{login}@example.org", "password": "a-password-1"}
    made = await admin.people.create_account(login, **wanted)
    again = await admin.people.create_account(login, **{**wanted, "full_name": "Other"})
    assert (made.login, made.full_name) == (login, "New Person")
    assert (again.id, again.full_name) == (made.id, "New Person")
    with pytest.raises(RefusedError):
        await team.as_owner.people.create_account(f"{login}-2", **wanted)
    token = await admin.people.create_token(login, password="a-password-1", name="first", scopes=["read:user"])
    mine = team.forge.connect(token)
    assert (await mine.people.me()).login == login  # must_change_password would refuse this
    for connection in (admin, mine):
        await connection.close()


async def test_token_of_the_same_name_is_replaced(team: Team) -> None:
    people, (login, password) = team.as_owner.people, (team.stranger.login, team.stranger.password)
    name = secrets.token_hex(4)
    first = await people.create_token(login, password=password, name=name, scopes=["read:user"])
    second = await people.create_token(login, password=password, name=name, scopes=["read:user", "write:issue"])
    assert first != second and len(second) == 40
    old, new = team.forge.connect(first), team.forge.connect(second)
    with pytest.raises(RefusedError, match="does not accept this token"):
        await old.people.me()
    assert (await new.people.me()).login == login
    with pytest.raises(RefusedError):
        await people.create_token(login, password="wrong", name=name, scopes=["read:user"])
    with pytest.raises(RefusedError, match="write:moon"):
        await people.create_token(login, password=password, name="odd", scopes=["write:moon"])
    await old.close()
    await new.close()


async def test_wrong_token_says_so(team: Team) -> None:
    forge = team.forge.connect("0" * 40)
    with pytest.raises(RefusedError, match=r"does not accept this token .*: make a new one"):
        await forge.people.me()
    await forge.close()


async def test_missing_scope_is_named(team: Team) -> None:
    issue = await team.as_owner.issues.create_issue(team.repo, "t", "b")
    narrow = team.forge.connect(await team.forge.token(team.agent, "read:issue", "read:repository"))
    assert (await narrow.issues.issue(team.repo, issue.number)).title == "t"
    with pytest.raises(RefusedError, match=r"lacks the scope write:issue\b"):
        await narrow.issues.comment(team.repo, issue.number, "hello")
    with pytest.raises(RefusedError, match=r"lacks the scope read:notification\b"):
        await narrow.people.notifications()
    with pytest.raises(RefusedError, match=r"lacks the scope write:repository\b"):
        await narrow.pulls.open_pull(team.repo, head="x", base="main", title="t", body="")
    await narrow.close()


async def test_notifications(team: Team) -> None:
    agent = team.as_agent
    for item in await agent.people.notifications():
        await agent.people.mark_read(item.id)
    issue = await team.as_owner.issues.create_issue(team.repo, "t", "b", assignees=[team.agent.login])
    sha = await team.forge.push(team.owner, team.repo, "fix", {"x.txt": "1\n"})
    pull = await team.as_owner.pulls.open_pull(team.repo, head="fix", base="main", title="t", body="")
    await team.as_owner.pulls.request_review(team.repo, pull.number, [team.agent.login])

    async def unread() -> dict[str, int]:
        return {item.subject.key + item.subject.kind: item.id for item in await agent.people.notifications()}

    seen = await eventually(unread, lambda found: len(found) == 2)
    assert set(seen) == {issue.subject.key + "issue", pull.subject.key + "pull"}
    for number in seen.values():
        await agent.people.mark_read(number)
    assert await unread() == {}
    await agent.pulls.review(team.repo, pull.number, verdict="COMMENT", body="my own doing", commit_sha=sha)
    assert await unread() == {}
    with pytest.raises(RefusedError):
        await team.as_stranger.people.mark_read(next(iter(seen.values())))


async def eventually(ask, fits, rounds: int = 100):
    """Ask until the answer fits; forges make notifications in the background."""
    import asyncio

    for _ in range(rounds):
        if fits(found := await ask()):
            return found
        await asyncio.sleep(0.1)
    raise AssertionError(f"still {found!r}")


async def test_capabilities_are_read_from_the_description(team: Team) -> None:
    found = await team.as_agent.capabilities()
    assert found.version[0].isdigit()
    assert found.offers("get", "/repos/{owner}/{repo}/issues/{index}")
    assert found.offers("POST", "/repos/{owner}/{repo}/pulls/{index}/reviews")
    assert not found.offers("POST", "/repos/{owner}/{repo}/moon")
    assert await team.as_agent.capabilities() is found


async def test_health(team: Team) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(f"{team.forge.url}/api/healthz")
    assert answer.status_code == 200 and answer.json()["status"] == "pass"
