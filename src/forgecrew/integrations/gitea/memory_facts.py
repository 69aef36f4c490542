"""Facts of a delivery that no trigger reads and memory keeps: milestones, branches, merges, commits, changed comments."""

from forgecrew.core.json import Json, as_object
from forgecrew.integrations.gitea.fields import dig, flag, number, rows, text, words

_OURS = "<!-- forgecrew:"
"""How the hidden markers of our own status comments begin: those are edited all the time, and nobody needs to remember it."""

_BRANCH = {"create": "branch.created", "delete": "branch.deleted"}


def about_thread(shown: object) -> Json:
    """Of an issue or pull request, as far as the delivery shows it."""
    facts: Json = {}
    if "milestone" in as_object(shown):
        facts["milestone"] = text(shown, "milestone", "title")
    for key, path in (
        ("opened_at", ("created_at",)),
        ("head", ("head", "ref")),
        ("base", ("base", "ref")),
        ("merge_sha", ("merge_commit_sha",)),
    ):
        if found := text(shown, *path):
            facts[key] = found
    if merger := text(shown, "merged_by", "login"):
        facts["merged_by"] = merger
    return facts


def about_push(payload: Json) -> Json:
    """The commits that a push shows; forges show the newest few."""
    commits = [
        {
            "id": text(one, "id"), "message": text(one, "message"), "author": text(one, "author", "name"),
            "login": text(one, "author", "username"), "email": text(one, "author", "email"),
            "added": list(words(one, "added")), "modified": list(words(one, "modified")),
            "removed": list(words(one, "removed")),
        }
        for one in rows(payload, "commits")
    ]  # fmt: skip
    return {"commits": commits, "default_branch": text(payload, "repository", "default_branch")} if commits else {}


def other(word: str, payload: Json) -> Json | None:
    """What else is worth remembering: `what` with its facts; None for the rest."""
    action = text(payload, "action")
    if word in ("issue_comment", "pull_request_comment") and action in ("edited", "deleted"):
        body = text(payload, "comment", "body")
        if _OURS in body:
            return None
        author = text(payload, "comment", "user", "login")
        comment = {"id": number(payload, "comment", "id"), "body": body, "author": author}
        return {"what": f"comment.{action}", "comment": comment}
    if word in _BRANCH and text(payload, "ref_type") == "branch":
        return {"what": _BRANCH[word], "branch": text(payload, "ref").removeprefix("refs/heads/")}
    if word == "release" and action in ("published", "updated") and not flag(payload, "release", "draft"):
        release = dig(payload, "release")
        told = f"{text(release, 'name')}\n\n{text(release, 'body')}".strip()
        return {"what": "document", "document": {"kind": "release", "path": text(release, "tag_name"), "text": told}}
    return None
