"""The transport against servers that behave oddly."""

import socket
from collections.abc import AsyncIterator

import pytest

from forgecrew.core.errors import ConfigError, ForgeUnavailable, NotFound, RefusedError
from forgecrew.core.subject import RepoRef
from forgecrew.integrations.gitea.forge import connect
from forgecrew.integrations.gitea.http import Transport, at
from forgecrew.integrations.gitea.refusals import needed_scopes
from tests.unit.integrations.gitea.scripted_server import ScriptedServer, scripted

REPO = RepoRef("o", "r")


@pytest.fixture
async def server() -> AsyncIterator[ScriptedServer]:
    async with scripted() as server:
        yield server


@pytest.fixture
async def http(server: ScriptedServer) -> AsyncIterator[Transport]:
    transport = Transport(server.url, "secret-token")
    yield transport
    await transport.close()


def test_paths_are_quoted() -> None:
    assert at("/repos/{owner}/{repo}/issues/{index}", REPO, index=3) == "/repos/o/r/issues/3"
    assert at("/x/{rest}", rest="a/b c#?%.py") == "/x/a/b%20c%23%3F%25.py"
    assert (
        at("/repos/{owner}/{repo}/pulls/{base}/{rest}", REPO, base="rel/1", rest="a/ü") == "/repos/o/r/pulls/rel%2F1/a/%C3%BC"
    )
    assert at("/users/{username}", username="../admin") == "/users/..%2Fadmin"


async def test_token_goes_into_a_header_only(server: ScriptedServer, http: Transport) -> None:
    server.on("/api/v1/user", {"login": "me"})
    await http.item("GET", "/user")
    method, target, headers = server.asked[0]
    assert (method, target, headers["authorization"]) == ("GET", "/api/v1/user", "token secret-token")


async def test_sub_paths_and_an_api_address(server: ScriptedServer) -> None:
    server.on("/git/api/v1/user", {"login": "me"})
    server.on("/git/api/v1/version", {"version": "1.22.0"})
    server.on("/git/swagger.v1.json", {"paths": {"/user": {"get": {}}}})
    for address in (f"{server.url}/git", f"{server.url}/git/", f"{server.url}/git/api/v1"):
        forge = connect(address, "t")
        assert (await forge.people.me()).login == "me"
        assert (await forge.capabilities()).operations == {"GET /user"}
        await forge.close()


async def test_hidden_description_leaves_no_operations(server: ScriptedServer) -> None:
    server.on("/api/v1/version", {"version": "1.22.0"})
    forge = connect(server.url, "t")
    assert (await forge.capabilities()).operations == frozenset()
    await forge.close()


@pytest.mark.parametrize("address", ["", "forge.example.org", "ftp://forge", "file:///etc/passwd"])
def test_addresses_that_are_none(address: str) -> None:
    with pytest.raises(ConfigError, match="http://host"):
        connect(address, "t")


async def test_nobody_listening_names_the_address() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    forge = connect(url, "t")
    with pytest.raises(ForgeUnavailable, match=f"{url} does not answer .* is the address right"):
        await forge.people.me()
    await forge.close()


async def test_slow_servers_are_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        http = Transport(f"http://127.0.0.1:{listening.getsockname()[1]}", timeout_seconds=0.05)
        with pytest.raises(ForgeUnavailable, match="ReadTimeout"):
            await http.item("GET", "/user")
        await http.close()


@pytest.mark.parametrize(
    ("status", "message", "error", "told"),
    [
        (401, "invalid username, password or token", RefusedError, "does not accept this token or password"),
        (403, "user should be an owner", RefusedError, "forbidden for this account: user should be an owner"),
        (
            403,
            "token does not have at least one of required scope(s): [write:issue]",
            RefusedError,
            "lacks the scope write:issue: make",
        ),
        (404, "not found", NotFound, "not there, or not shown to this account"),
        (409, "exists", RefusedError, "answered 409: exists"),
        (422, "", RefusedError, "answered 422: no reason given"),
        (423, "archived", RefusedError, "answered 423"),
        (429, "slow down", ForgeUnavailable, "answered 429"),
        (500, "", ForgeUnavailable, "answered 500"),
        (503, "restarting", ForgeUnavailable, "restarting"),
    ],
)
async def test_unhappy_answers(
    server: ScriptedServer, http: Transport, status: int, message: str, error: type[Exception], told: str
) -> None:
    server.on("/api/v1/user", {"message": message, "url": "x"}, status=status)
    with pytest.raises(error) as caught:
        await http.item("GET", "/user")
    assert type(caught.value) is error and told in str(caught.value)
    assert "secret-token" not in str(caught.value)


async def test_an_unhappy_page_of_a_proxy(server: ScriptedServer, http: Transport) -> None:
    server.on("/api/v1/user", raw=b"<html>" + b"x" * 9000, status=502)
    with pytest.raises(ForgeUnavailable) as caught:
        await http.item("GET", "/user")
    assert len(str(caught.value)) < 300


async def test_redirects_are_not_followed(server: ScriptedServer, http: Transport) -> None:
    server.on("/api/v1/repos/o/r", status=301, raw=b"", Location="http://elsewhere.example/api/v1/repositories/1")
    with pytest.raises(RefusedError, match=r"moved to http://elsewhere\.example"):
        await http.item("GET", "/repos/o/r")
    assert len(server.asked) == 1


async def test_something_else_than_a_forge(server: ScriptedServer, http: Transport) -> None:
    server.on("/api/v1/user", raw=b"<html>welcome</html>", Content_Type="text/html")
    with pytest.raises(ForgeUnavailable, match="text/html where JSON was expected: is it the address of a Gitea"):
        await http.item("GET", "/user")


async def test_pages_by_number_until_the_total(server: ScriptedServer, http: Transport) -> None:
    """The server caps pages at two and tells a Link to another host, which is not followed."""
    link = {"X_Total_Count": "5", "Link": '<http://elsewhere.example/?page=2>; rel="next"'}
    for page, ids in ((1, [1, 2]), (2, [3, 4]), (3, [5])):
        server.on(f"/api/v1/things?page={page}&limit=50", [{"id": number} for number in ids], **link)
    assert [row["id"] for row in await http.pages("/things")] == [1, 2, 3, 4, 5]
    assert len(server.asked) == 3


async def test_pages_without_a_total_end_with_an_empty_one(server: ScriptedServer, http: Transport) -> None:
    server.on("/api/v1/things?page=1&limit=50", [{"id": 1}])
    server.on("/api/v1/things?page=2&limit=50", None)
    assert [row["id"] for row in await http.pages("/things")] == [1]


async def test_a_list_that_ignores_pages_ends(server: ScriptedServer, http: Transport) -> None:
    for page in (1, 2):
        server.on(f"/api/v1/things?page={page}&limit=50", [{"id": 1}])
    assert [row["id"] for row in await http.pages("/things")] == [1]


async def test_nulls_everywhere(server: ScriptedServer) -> None:
    server.on("/api/v1/repos/o/r/issues/1/comments", None)
    nothing = dict.fromkeys(("title", "body", "user", "assignees", "assignee", "labels", "pull_request", "updated_at", "state"))
    server.on("/api/v1/repos/o/r/issues/1", {"number": 1, **nothing})
    server.on("/api/v1/repos/o/r/pulls/1", {"number": 1, "head": None, "base": None, "requested_reviewers": None, **nothing})
    forge = connect(server.url, "t")
    assert await forge.issues.comments(REPO, 1) == []
    issue = await forge.issues.issue(REPO, 1)
    assert (issue.title, issue.author, issue.assignees, issue.labels, issue.updated_at) == ("", "", (), (), None)
    pull = await forge.pulls.pull(REPO, 1)
    assert (pull.head, pull.head_sha, pull.requested_reviewers) == ("", "", ())
    await forge.close()


async def test_a_review_that_stays_pending_is_an_error(server: ScriptedServer) -> None:
    server.on("/api/v1/repos/o/r/pulls/1/reviews", {"id": 1, "state": "PENDING"})
    forge = connect(server.url, "t")
    with pytest.raises(RefusedError, match="PENDING of one that said APPROVED"):
        await forge.pulls.review(REPO, 1, verdict="APPROVED", body="b", commit_sha="s")
    await forge.close()


@pytest.mark.parametrize(
    ("message", "scopes"),
    [
        (
            "token does not have at least one of required scope(s), required=[write:issue], token scope=read:issue",
            "write:issue",
        ),
        ("token does not have at least one of required scope(s): [read:repository read:user]", "read:repository or read:user"),
        ("token does not have at least one of required scope(s): [write:issue]", "write:issue"),
        ("user should be the site admin", ""),
        ("scope", ""),
    ],
)
def test_scopes_that_a_message_names(message: str, scopes: str) -> None:
    assert needed_scopes(message) == scopes
