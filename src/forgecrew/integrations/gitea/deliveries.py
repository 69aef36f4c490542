"""Which webhook means which kind of event, and the facts that triggers read from its payload."""

from forgecrew.core.event import EventKind
from forgecrew.core.json import Json
from forgecrew.integrations.gitea.fields import dig, flag, logins, number, text
from forgecrew.integrations.gitea.memory_facts import about_thread
from forgecrew.integrations.gitea.payloads import label_names

_ISSUES: dict[str, EventKind] = {
    "opened": "issue.opened",
    "edited": "issue.edited",
    "closed": "issue.closed",
    "reopened": "issue.reopened",
    "assigned": "issue.assigned",
    "unassigned": "issue.unassigned",
    "label_updated": "issue.labeled",
    "label_cleared": "issue.labeled",
    "milestoned": "issue.edited",
    "demilestoned": "issue.edited",
}
_PULLS: dict[str, EventKind] = {
    "opened": "pull.opened",
    "edited": "pull.edited",
    "closed": "pull.closed",
    "reopened": "pull.edited",
    "assigned": "pull.assigned",
    "unassigned": "pull.edited",
    "label_updated": "pull.edited",
    "label_cleared": "pull.edited",
    "milestoned": "pull.edited",
    "demilestoned": "pull.edited",
    "synchronized": "pull.synchronized",
    "review_requested": "pull.review_requested",
    "review_request_removed": "pull.edited",
}
_ISSUE_WORDS = frozenset({"issues", "issue_assign", "issue_label", "issue_milestone"})
_PULL_WORDS = frozenset(
    {
        "pull_request",
        "pull_request_assign",
        "pull_request_label",
        "pull_request_milestone",
        "pull_request_sync",
        "pull_request_review_request",
    }
)
_COMMENT_WORDS = frozenset({"issue_comment", "pull_request_comment"})
_VERDICTS = {
    "pull_request_review_approved": "APPROVED",
    "pull_request_review_rejected": "REQUEST_CHANGES",
    "pull_request_review_comment": "COMMENT",
    "pull_request_approved": "APPROVED",
    "pull_request_rejected": "REQUEST_CHANGES",
}


def kind_of(word: str, payload: Json) -> EventKind | None:
    """The kind of event behind an event type and its action; None for what no trigger cares for.

    Edited and deleted comments are such: agents edit their status comments all the time.
    """
    action = text(payload, "action")
    if word == "push":
        return "push"
    if word in _ISSUE_WORDS:
        return _ISSUES.get(action)
    if word in _VERDICTS or action == "reviewed":
        return "pull.reviewed"
    if word in _PULL_WORDS:
        return _PULLS.get(action)
    if word in _COMMENT_WORDS and action == "created":
        on_pull = (
            word == "pull_request_comment" or flag(payload, "is_pull") or dig(payload, "issue", "pull_request") is not None
        )
        return "pull.commented" if on_pull else "issue.commented"
    return None


def about_issue(payload: Json) -> Json:
    """Facts of an event about an issue; `payload` is the delivery."""
    shown = dig(payload, "issue")
    facts = _texts(shown) | about_thread(shown)
    if dig(payload, "comment"):
        facts["comment"] = _comment(payload)
    return facts


def about_pull(kind: EventKind, payload: Json) -> Json:
    """Facts of an event about a pull request.

    `requested_reviewers` holds the one account that an event of kind pull.review_requested asks. For other kinds it holds
    everybody the forge lists, and forges go on listing reviewers who have answered.
    """
    shown = dig(payload, "pull_request") or dig(payload, "issue")
    facts = _texts(shown) | about_thread(shown)
    facts["head_sha"] = text(shown, "head", "sha")
    facts["merged"] = flag(shown, "merged") or flag(shown, "pull_request", "merged")
    asked = text(payload, "requested_reviewer", "login") if kind == "pull.review_requested" else ""
    facts["requested_reviewers"] = [asked] if asked else list(logins(shown, "requested_reviewers"))
    if dig(payload, "comment"):
        facts["comment"] = _comment(payload)
    if kind == "pull.reviewed":
        state = _VERDICTS.get(text(payload, "review", "type"), "COMMENT")
        facts["review"] = {"state": state, "body": text(payload, "review", "content")}
    return facts


def _texts(shown: object) -> Json:
    return {
        "title": text(shown, "title"),
        "body": text(shown, "body"),
        "author": text(shown, "user", "login"),
        "state": text(shown, "state"),
        "assignees": list(logins(shown, "assignees")),
        "labels": list(label_names(shown)),
    }


def _comment(payload: Json) -> Json:
    return {"id": number(payload, "comment", "id"), "body": text(payload, "comment", "body")}
