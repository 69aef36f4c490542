"""The same raw HTTP calls against any forge, for comparing what two of them answer."""

from dataclasses import dataclass
from typing import Any

import httpx

from tests.certificates import CERTIFICATES
from tests.contracts.forge.webhook_listener import Listener
from tests.forges import Account, LiveForge

FIXED = {"sums/add.py": "def add(a, b):\n    return a + b\n", "new.py": "x = 1\n"}


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: what was asked, the status, and the JSON (None where there is none)."""

    asked: str
    status: int
    body: Any


class Caller:
    """Makes calls with the tokens of several accounts and keeps the answers by name."""

    def __init__(self, forge: LiveForge, names: dict[str, str]) -> None:
        self.forge = forge
        self.names = names
        self.answers: dict[str, Answer] = {}
        self._client = httpx.AsyncClient(base_url=f"{forge.url}/api/v1", trust_env=False, verify=CERTIFICATES, timeout=30)

    async def call(self, name: str, who: Account | str | None, request: str, body: object = None) -> Any:
        """`request` is `METHOD /path`; {words} in it stand for the names of this forge."""
        method, _, path = request.format_map(self.names).partition(" ")
        token = who.token if isinstance(who, Account) else who
        headers = {"Authorization": f"token {token}"} if token else {}
        answer = await self._client.request(method, path, headers=headers, json=body)
        try:
            value = answer.json()
        except ValueError:
            value = None
        self.answers[name] = Answer(request, answer.status_code, value)
        return value

    async def basic(self, name: str, who: tuple[str, str], request: str, body: object = None) -> Any:
        """The same with a password."""
        method, _, path = request.format_map(self.names).partition(" ")
        answer = await self._client.request(method, path, auth=who, json=body)
        value = answer.json() if answer.content else None
        self.answers[name] = Answer(request, answer.status_code, value)
        return value

    async def close(self) -> None:
        await self._client.aclose()


async def play(forge: LiveForge, listener: Listener) -> dict[str, Answer]:
    """The whole scenario; answers by name of the step, in order."""
    owner, agent, reviewer, stranger = [
        await forge.account(f"{name}-of-scenario") for name in ("owner", "agent", "reviewer", "stranger")
    ]
    repo = await forge.repository(owner)
    secret = await forge.repository(owner, private=True)
    empty = await forge.repository(owner, files={})
    names = {
        "repo": f"/repos/{repo}",
        "secret": f"/repos/{secret}",
        "empty": f"/repos/{empty}",
        "owner": owner.login,
        "agent": agent.login,
        "reviewer": reviewer.login,
        "stranger": stranger.login,
    }
    c = Caller(forge, names)
    await _people(c, owner, agent, reviewer, stranger)
    hook = {"type": "gitea", "active": True, "events": ["issues", "pull_request", "push"],
            "config": {"url": listener.url, "content_type": "json", "secret": "s"}}  # fmt: skip
    await c.call("hook made", owner, "POST {repo}/hooks", hook)
    await c.call("hook without active", owner, "POST {empty}/hooks", {key: hook[key] for key in ("type", "events", "config")})
    await c.call("hook without url", owner, "POST {repo}/hooks", {**hook, "config": {"content_type": "json"}})
    await c.call("hook of other type", owner, "POST {repo}/hooks", {**hook, "type": "nonsense"})
    await c.call("hooks", owner, "GET {repo}/hooks")
    await c.call("hooks by writer", agent, "GET {repo}/hooks")
    await _issues(c, owner, agent, stranger)
    await _files(c, owner, agent)
    sha = await forge.push(agent, repo, "agents/fix", FIXED)
    await forge.push(agent, repo, "release/one", {"r.txt": "r\n"})
    await _pulls(c, agent, owner, stranger)
    await _reviews(c, agent, reviewer, owner, sha)
    await _tokens(c, owner, agent)
    await c.close()
    return c.answers


async def _people(c: Caller, owner: Account, agent: Account, reviewer: Account, stranger: Account) -> None:
    await c.call("version", None, "GET /version")
    await c.call("me", owner, "GET /user")
    await c.call("user", agent, "GET /users/{owner}")
    await c.call("user missing", agent, "GET /users/nobody-of-that-name")
    await c.call("me without token", None, "GET /user")
    await c.call("me with wrong token", "0" * 40, "GET /user")
    await c.call("repo", owner, "GET {repo}")
    await c.call("repo anonymous", None, "GET {repo}")
    await c.call("repo private to strangers", stranger, "GET {secret}")
    await c.call("repo missing", owner, "GET /repos/{owner}/missing")
    await c.call("repo empty", owner, "GET {empty}")
    await c.call("collaborator added", owner, "PUT {repo}/collaborators/{agent}", {"permission": "write"})
    await c.call("collaborator added too", owner, "PUT {repo}/collaborators/{reviewer}", {"permission": "write"})
    await c.call("collaborator unknown", owner, "PUT {repo}/collaborators/nobody-of-that-name", {"permission": "write"})
    await c.call("collaborator of odd permission", owner, "PUT {repo}/collaborators/{agent}", {"permission": "king"})
    await c.call("collaborator by writer", agent, "PUT {repo}/collaborators/{stranger}", {"permission": "write"})
    await c.call("permission of owner", owner, "GET {repo}/collaborators/{owner}/permission")
    await c.call("permission of writer", owner, "GET {repo}/collaborators/{agent}/permission")
    await c.call("permission of stranger", owner, "GET {repo}/collaborators/{stranger}/permission")
    await c.call("permission of stranger, private", owner, "GET {secret}/collaborators/{stranger}/permission")
    await c.call("permission of nobody", owner, "GET {repo}/collaborators/nobody-of-that-name/permission")
    await c.call("permission of self", agent, "GET {repo}/collaborators/{agent}/permission")
    await c.call("permission of other by writer", agent, "GET {repo}/collaborators/{stranger}/permission")
    await c.call("assignees", agent, "GET {repo}/assignees")
    await c.call("assignees anonymous", None, "GET {repo}/assignees")
    await c.call("my repos", agent, "GET /user/repos")
    await c.call("org labels", owner, "GET /orgs/{owner}/labels")


async def _issues(c: Caller, owner: Account, agent: Account, stranger: Account) -> None:
    await c.call("label made", owner, "POST {repo}/labels", {"name": "bug", "color": "#ee0701", "description": "wrong"})
    label = c.answers["label made"].body["id"]
    await c.call("label of odd color", owner, "POST {repo}/labels", {"name": "odd", "color": "blue"})
    await c.call("label by stranger", stranger, "POST {repo}/labels", {"name": "odd", "color": "#ee0701"})
    await c.call("labels", agent, "GET {repo}/labels")
    asked = {"title": "Sums are wrong", "body": "@{agent} see".format_map(c.names), "assignees": [agent.login]}
    await c.call("issue made", owner, "POST {repo}/issues", asked)
    await c.call("issue made by stranger", stranger, "POST {repo}/issues", {"title": "mine", "body": ""})
    await c.call("issue without title", owner, "POST {repo}/issues", {"body": "b"})
    await c.call("issue without token", None, "POST {repo}/issues", {"title": "t"})
    await c.call("issue for a stranger", owner, "POST {repo}/issues", {"title": "t", "assignees": [stranger.login]})
    await c.call("issue for nobody", owner, "POST {repo}/issues", {"title": "t", "assignees": ["nobody-of-that-name"]})
    await c.call("issue", agent, "GET {repo}/issues/1")
    await c.call("issue missing", agent, "GET {repo}/issues/99")
    await c.call("issue edited", owner, "PATCH {repo}/issues/1", {"title": "Sums are all wrong"})
    await c.call("issue edited by stranger", stranger, "PATCH {repo}/issues/1", {"title": "no"})
    await c.call("comment made", agent, "POST {repo}/issues/1/comments", {"body": "On it."})
    await c.call("comment empty", agent, "POST {repo}/issues/1/comments", {"body": ""})
    comment = c.answers["comment made"].body["id"]
    await c.call("comment edited", agent, f"PATCH {{repo}}/issues/comments/{comment}", {"body": "Done."})
    await c.call("comment edited by stranger", stranger, f"PATCH {{repo}}/issues/comments/{comment}", {"body": "x"})
    await c.call("comment missing", agent, "PATCH {repo}/issues/comments/999999", {"body": "x"})
    await c.call("comments", owner, "GET {repo}/issues/1/comments")
    await c.call("reaction", agent, "POST {repo}/issues/1/reactions", {"content": "eyes"})
    await c.call("reaction again", agent, "POST {repo}/issues/1/reactions", {"content": "eyes"})
    await c.call("reaction unknown", agent, "POST {repo}/issues/1/reactions", {"content": "shrug"})
    await c.call("reactions", owner, "GET {repo}/issues/1/reactions")
    await c.call("reactions none", owner, "GET {repo}/issues/2/reactions")
    await c.call("labels added", agent, "POST {repo}/issues/1/labels", {"labels": [label]})
    await c.call("labels added by name", agent, "POST {repo}/issues/1/labels", {"labels": ["bug", "unknown"]})
    await c.call("labels added by stranger", stranger, "POST {repo}/issues/1/labels", {"labels": [label]})
    await c.call("assigned issues", agent, "GET /repos/issues/search?state=open&assigned=true&limit=50&page=1")
    await c.call("mentioned issues", agent, "GET /repos/issues/search?state=open&mentioned=true")
    await c.call("notifications", agent, "GET /notifications?status-types=unread&subject-type=issue&subject-type=pull")
    thread = c.answers["notifications"].body[0]["id"] if c.answers["notifications"].body else 0
    await c.call("notification read", agent, f"PATCH /notifications/threads/{thread}?to-status=read")
    await c.call("notification of other", owner, f"PATCH /notifications/threads/{thread}?to-status=read")
    await c.call("unassigned", owner, "PATCH {repo}/issues/1", {"assignees": []})
    await c.call("issue closed", owner, "PATCH {repo}/issues/2", {"state": "closed"})


async def _files(c: Caller, owner: Account, agent: Account) -> None:
    await c.call("branch", agent, "GET {repo}/branches/main")
    await c.call("branch missing", agent, "GET {repo}/branches/missing/one")
    await c.call("branch of empty", owner, "GET {empty}/branches/main")
    await c.call("file", agent, "GET {repo}/contents/sums/add.py?ref=main")
    await c.call("file missing", agent, "GET {repo}/contents/missing.py?ref=main")
    await c.call("file of folder", agent, "GET {repo}/contents/sums?ref=main")
    await c.call("file of missing ref", agent, "GET {repo}/contents/sums/add.py?ref=missing")
    await c.call("file of empty", owner, "GET {empty}/contents/README.md?ref=main")


async def _pulls(c: Caller, agent: Account, owner: Account, stranger: Account) -> None:
    asked = {"head": "agents/fix", "base": "main", "title": "WIP: fix", "body": "Closes #1"}
    await c.call("pull made", agent, "POST {repo}/pulls", asked)
    c.names["pull"] = f"{c.names['repo']}/pulls/{c.answers['pull made'].body['number']}"
    await c.call("pull made again", agent, "POST {repo}/pulls", asked)
    await c.call("pull without title", agent, "POST {repo}/pulls", {**asked, "title": ""})
    await c.call("pull of missing head", agent, "POST {repo}/pulls", {**asked, "head": "missing"})
    await c.call("pull of missing base", agent, "POST {repo}/pulls", {**asked, "base": "missing"})
    await c.call("pull of one branch", agent, "POST {repo}/pulls", {**asked, "head": "main"})
    await c.call("pull to a slashed base", agent, "POST {repo}/pulls", {**asked, "base": "release/one"})
    await c.call("pull", agent, "GET {pull}")
    await c.call("pull missing", agent, "GET {repo}/pulls/99")
    await c.call("pull that is an issue", agent, "GET {repo}/pulls/1")
    await c.call("pull between", agent, "GET {repo}/pulls/main/agents/fix")
    await c.call("pull between slashed", agent, "GET {repo}/pulls/release%2Fone/agents/fix")
    await c.call("pull between missing", agent, "GET {repo}/pulls/main/missing")
    await c.call("pull edited", agent, "PATCH {pull}", {"title": "Fix", "body": "b"})
    await c.call("pull edited by stranger", stranger, "PATCH {pull}", {"title": "x"})
    await c.call("pull as issue", agent, "GET {pull}".replace("pull", "repo") + "/issues/" + c.names["pull"].rpartition("/")[2])
    await c.call("files", agent, "GET {pull}/files")
    await c.call("pulls", owner, "GET {repo}/pulls?state=open")


async def _reviews(c: Caller, agent: Account, reviewer: Account, owner: Account, sha: str) -> None:
    await c.call("review asked", agent, "POST {pull}/requested_reviewers", {"reviewers": [reviewer.login]})
    await c.call("review asked again", agent, "POST {pull}/requested_reviewers", {"reviewers": [reviewer.login]})
    await c.call("review asked of author", agent, "POST {pull}/requested_reviewers", {"reviewers": [agent.login]})
    await c.call("review asked of nobody", agent, "POST {pull}/requested_reviewers", {"reviewers": ["nobody-of-that-name"]})
    await c.call("pull with reviewer", agent, "GET {pull}")
    await c.call("issues to review", reviewer, "GET /repos/issues/search?state=open&review_requested=true")
    await c.call("reviews asked", agent, "GET {pull}/reviews")
    await c.call("own approved", agent, "POST {pull}/reviews", {"event": "APPROVED", "body": "x", "commit_id": sha})
    await c.call("own rejected", agent, "POST {pull}/reviews", {"event": "REQUEST_CHANGES", "body": "x", "commit_id": sha})
    await c.call("rejected without body", reviewer, "POST {pull}/reviews", {"event": "REQUEST_CHANGES", "body": ""})
    await c.call("comment without body", reviewer, "POST {pull}/reviews", {"event": "COMMENT", "body": ""})
    comments = [{"path": "sums/add.py", "body": "new side", "new_position": 2}]
    asked = {"event": "REQUEST_CHANGES", "body": "One thing.", "commit_id": sha, "comments": comments}
    await c.call("rejected", reviewer, "POST {pull}/reviews", asked)
    await c.call("remarks", agent, f"GET {{pull}}/reviews/{c.answers['rejected'].body['id']}/comments")
    await c.call("pull after review", agent, "GET {pull}")
    await c.call("issues to review after", reviewer, "GET /repos/issues/search?state=open&review_requested=true")
    await c.call("review asked once more", agent, "POST {pull}/requested_reviewers", {"reviewers": [reviewer.login]})
    await c.call("pull asked once more", agent, "GET {pull}")
    old_side = {"path": "sums/add.py", "body": "old side", "old_position": 2}
    commented = {"event": "COMMENT", "body": "", "commit_id": sha, "comments": [old_side]}
    await c.call("commented on old line", owner, "POST {pull}/reviews", commented)
    await c.call("remarks on old line", agent, f"GET {{pull}}/reviews/{c.answers['commented on old line'].body['id']}/comments")
    await c.call("approved", reviewer, "POST {pull}/reviews", {"event": "APPROVED", "body": "Good.", "commit_id": sha})
    await c.call("approve misspelt", owner, "POST {pull}/reviews", {"event": "APPROVE", "body": "x", "commit_id": sha})
    await c.call("reviews", agent, "GET {pull}/reviews")
    await c.call("reviews missing", agent, "GET {repo}/pulls/99/reviews")


async def _tokens(c: Caller, owner: Account, agent: Account) -> None:
    me = (owner.login, owner.password)
    await c.basic("token made", me, "POST /users/{owner}/tokens", {"name": "narrow", "scopes": ["read:issue"]})
    await c.basic("token made again", me, "POST /users/{owner}/tokens", {"name": "narrow", "scopes": ["read:issue"]})
    await c.basic("token without scopes", me, "POST /users/{owner}/tokens", {"name": "none", "scopes": []})
    await c.basic("token of odd scope", me, "POST /users/{owner}/tokens", {"name": "odd", "scopes": ["write:moon"]})
    await c.basic("token for other", me, "POST /users/{agent}/tokens", {"name": "x", "scopes": ["read:issue"]})
    await c.basic("token with wrong password", (owner.login, "wrong"), "GET /users/{owner}/tokens")
    await c.call("tokens by token", owner, "GET /users/{owner}/tokens")
    await c.basic("tokens", me, "GET /users/{owner}/tokens")
    narrow = c.answers["token made"].body["sha1"]
    await c.call("scope enough", narrow, "GET {repo}/issues/1")
    await c.call("scope without write", narrow, "POST {repo}/issues/1/comments", {"body": "x"})
    await c.call("scope without category", narrow, "GET {repo}")
    await c.call("scope of notifications", narrow, "GET /notifications")
    await c.call(
        "admin by person", owner, "POST /admin/users", {"username": "x", "email": "x@example.org", "password": "longer-1"}
    )
    await c.basic("token deleted", me, "DELETE /users/{owner}/tokens/narrow")
    await c.basic("token deleted again", me, "DELETE /users/{owner}/tokens/narrow")
