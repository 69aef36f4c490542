"""Plain pages for people: repositories, their issues and pull requests, read only."""

import re
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, select_autoescape

from forgecrew.integrations.practice.permissions import permission
from forgecrew.integrations.practice.practice import Practice
from forgecrew.integrations.practice.prose import diff_lines, prose
from forgecrew.integrations.practice.records import Row
from forgecrew.integrations.practice.telling import shapes
from forgecrew.integrations.practice.threads import draft
from forgecrew.integrations.practice.web import Answer, Refusal, Request

_FOLDER = Path(__file__).parent / "pages"
_PAGES = Environment(loader=FileSystemLoader(_FOLDER), autoescape=select_autoescape(default=True))
_REPO = re.compile(r"/(?P<owner>[^/]+)/(?P<repo>[^/]+)(?:/(?:issues|pulls)(?:/(?P<index>\d+))?)?/?")
_RULES = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_VERDICTS = {"APPROVED": "approved", "REQUEST_CHANGES": "asked for changes", "COMMENT": "reviewed"}

EMOJI = {"eyes": "👀", "+1": "👍", "-1": "👎", "heart": "❤️", "rocket": "🚀", "hooray": "🎉", "laugh": "😄", "confused": "😕"}


async def page(practice: Practice, request: Request) -> Answer:
    """The page at a path; raises Refusal 404 where there is none."""
    if request.path == "/practice.css":
        return Answer(200, (_FOLDER / "practice.css").read_bytes(), "text/css; charset=utf-8", dict(_RULES))
    if request.path == "/":
        records = practice.records
        repos = [row for row in records.many("repo", by="name") if permission(records, row, request.caller) != "none"]
        return _html("repositories.html", "Repositories", [], repos=[shapes(practice, request).repo(row) for row in repos])
    match = _REPO.fullmatch(request.path)
    if match is None or request.method not in ("GET", "HEAD"):
        raise Refusal(404, "not found")
    request.parts = {key: value for key, value in match.groupdict().items() if value}
    repo = practice.repo(request)
    shown = shapes(practice, request).repo(repo)
    way = [(shown["full_name"], f"/{shown['full_name']}")]
    if "index" not in request.parts:
        return _html("repository.html", shown["full_name"], way, repo=shown, lists=_lists(practice, repo, shown["full_name"]))
    return await _thread_page(practice, request, repo, way)


async def _thread_page(practice: Practice, request: Request, repo: Row, way: list[tuple[str, str]]) -> Answer:
    issue = practice.issue(request, repo)
    shape = shapes(practice, request)
    shown = shape.issue(issue)
    more: Row = {"branches": None, "diff": []}
    if issue["is_pull"]:
        pull = practice.pull_of(issue)
        text = await practice.git.diff(repo["id"], pull["merge_base"], pull["head_sha"])
        more = {"branches": pull, "diff": diff_lines(text.decode("utf-8", "replace"))}
    reactions = practice.records.many("reaction", by="id", issue_id=issue["id"], comment_id=0)
    told = [f"{EMOJI.get(row['content'], row['content'])} {shape.user_by_id(row['account_id'])['login']}" for row in reactions]
    first = _post(practice, issue, "opened this", "top", way[0][0]) | {"reactions": told}
    posts = [first, *sorted(_answers(practice, issue, way[0][0]), key=lambda post: str(post["at"]))]
    labels = [label["name"] for label in shown["labels"]]
    assignees = [shape.user_by_id(account_id)["login"] for account_id in shape.assignee_ids(issue)]
    thread = _line(practice, issue, way[0][0])
    return _html("thread.html", issue["title"], way, thread=thread, posts=posts, labels=labels, assignees=assignees, **more)


def _answers(practice: Practice, issue: Row, repo: str) -> list[Row]:
    """Comments and submitted reviews as posts."""
    records = practice.records
    posts = [
        _post(practice, row, "wrote", f"issuecomment-{row['id']}", repo)
        for row in records.many("comment", issue_id=issue["id"])
    ]
    for review in records.many("review", issue_id=issue["id"]):
        if review["state"] in _VERDICTS:
            row = review | {"author_id": review["account_id"]}
            post = _post(practice, row, _VERDICTS[review["state"]], f"review-{review['id']}", repo)
            remarks = records.many("remark", by="id", review_id=review["id"])
            post["remarks"] = [{**row, "line": abs(row["line"]), "body": prose(row["body"], repo)} for row in remarks]
            posts.append(post)
    return posts


def _post(practice: Practice, row: Row, what: str, anchor: str, repo: str) -> Row:
    author = practice.records.get("account", row["author_id"])["login"]
    return {
        "author": author,
        "what": what,
        "anchor": anchor,
        "at": row["created_at"],
        "body": prose(row["body"], repo),
        "remarks": [],
    }


def _lists(practice: Practice, repo: Row, full_name: str) -> list[tuple[str, list[Row]]]:
    rows = practice.records.many("issue", by="number DESC", repo_id=repo["id"])
    return [
        (heading, [_line(practice, row, full_name) for row in rows if bool(row["is_pull"]) is pulls])
        for heading, pulls in (("Issues", False), ("Pull requests", True))
    ]


def _line(practice: Practice, issue: Row, full_name: str) -> Row:
    word = issue["state"]
    if issue["is_pull"]:
        merged = practice.pull_of(issue)["merged_at"] is not None
        word = "merged" if merged else "draft" if word == "open" and draft(issue["title"]) else word
    author = practice.records.get("account", issue["author_id"])["login"]
    href = f"/{full_name}/{'pulls' if issue['is_pull'] else 'issues'}/{issue['number']}"
    return {"title": issue["title"], "number": issue["number"], "word": word, "href": href, "author": author}


def _html(template: str, title: str, way: list[tuple[str, str]], **values: Any) -> Answer:
    text = _PAGES.get_template(template).render(title=title, way=way, **values)
    return Answer(200, text.encode("utf-8", "replace"), "text/html; charset=utf-8", dict(_RULES))
