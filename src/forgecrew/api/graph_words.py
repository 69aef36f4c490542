"""Entities, relations and where they are known from, in words and addresses for people."""

from forgecrew.memory.recall.places import url_of_key
from forgecrew.store.queries.entities import Entity
from forgecrew.store.queries.said_of import Source

_WITH_PAGE = ("issue", "commit", "file", "branch", "release", "user", "team", "repo")
_BACKWARDS = {
    "closes": "closed by", "blocks": "blocked by", "depends_on": "needed by", "refers_to": "referred to by",
    "duplicates": "duplicated by", "written_by": "wrote", "commented_by": "commented on", "reviewed_by": "reviewed",
    "merged_by": "merged", "touches": "touched by", "has_commit": "commit of", "merged_as": "merge of",
    "from_branch": "source of", "into_branch": "target of", "issue_in": "issues", "pull_in": "pull requests",
    "labelled": "label of",
    "assigned": "works on", "milestone": "milestone of", "review_asked_of": "asked to review", "approved_by": "approved",
    "changes_asked_by": "asked for changes in", "exists_in": "holds", "head": "head of", "worked_on": "runs on it",
    "state": "state of",
}  # fmt: skip
_FORWARDS = {
    "issue_in": "issue in",
    "pull_in": "pull request in",
    "assigned": "assigned to",
    "review_asked_of": "review asked of",
}


def label_of(one: Entity) -> str:
    """The name of an entity in one line: issues with their number, commits with the begin of their id."""
    if one.kind == "issue":
        number = f"#{one.key.rpartition('#')[2]}"
        return number if one.name == one.key else f"{number} {one.name}"
    if one.kind == "commit":
        sha = one.key.rpartition("@")[2][:8]
        return sha if one.name.startswith(sha) else f"{sha} {one.name}"
    return one.name if one.name != one.key else one.key.removeprefix(f"{one.repo}:")


def words_of(kind: str, direction: str) -> str:
    """A kind of relation as people say it, seen from one of its ends."""
    plain = kind.replace("_", " ")
    return _FORWARDS.get(kind, plain) if direction == "from" else _BACKWARDS.get(kind, f"{plain} of")


def told_by(source: Source | None) -> str:
    """Who told of something, and where."""
    if source is None:
        return "a run of the crew"
    where = f"{source.repo}#{source.number}" if source.number else source.repo
    return f"{source.kind} in {where}" + (f" by {source.actor}" if source.actor else "")


def source_url(source: Source | None, forge_url: str) -> str:
    """Where on the forge that stands; empty for a run."""
    if source is None:
        return ""
    page = url_of_key(f"{source.repo}#{source.number}" if source.number else source.repo, forge_url)
    return f"{page}#issuecomment-{source.comment_id}" if source.comment_id else page


def page_of(kind: str, key: str, forge_url: str) -> str:
    """The page of an entity on the forge; empty when it has none."""
    if kind == "url":
        where = key.partition(":")[2]
        return where if where.startswith(("https://", "http://")) else ""
    return url_of_key(key, forge_url, kind) if kind in _WITH_PAGE else ""
