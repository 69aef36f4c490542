"""Reads JSON of Gitea and Forgejo into the core nouns."""

from typing import cast, get_args

from forgecrew.core.issue import Comment, ForgeLabel, Issue, Reaction
from forgecrew.core.pull_request import ChangedFile, PullRequest
from forgecrew.core.repo import Hook, Repo
from forgecrew.core.review import InlineComment, Review, ReviewState
from forgecrew.core.subject import RepoRef
from forgecrew.integrations.gitea.fields import dig, flag, logins, number, rows, text, when, words
from forgecrew.integrations.gitea.repo_ref import repo_ref


def repo(value: object) -> Repo:
    """A repository."""
    return Repo(
        ref=repo_ref(value),
        default_branch=text(value, "default_branch") or "main",
        clone_url=text(value, "clone_url"),
        html_url=text(value, "html_url"),
        private=flag(value, "private") or flag(value, "internal"),
        archived=flag(value, "archived"),
        empty=flag(value, "empty"),
        description=text(value, "description"),
    )


def issue(value: object, ref: RepoRef | None = None) -> Issue:
    """An issue; `ref` where the object does not name its repository."""
    return Issue(
        repo=ref or repo_ref(dig(value, "repository")),
        number=number(value, "number"),
        title=text(value, "title"),
        body=text(value, "body"),
        state=text(value, "state"),
        author=text(value, "user", "login"),
        assignees=logins(value, "assignees") or _one_login(value, "assignee"),
        labels=label_names(value),
        is_pull=dig(value, "pull_request") is not None,
        html_url=text(value, "html_url"),
        updated_at=when(value, "updated_at"),
    )


def comment(value: object) -> Comment:
    """A comment."""
    return Comment(
        id=number(value, "id"),
        author=text(value, "user", "login"),
        body=text(value, "body"),
        created_at=when(value, "created_at"),
        updated_at=when(value, "updated_at"),
    )


def reaction(value: object) -> Reaction:
    """A reaction."""
    return Reaction(text(value, "user", "login"), text(value, "content"))


def label(value: object) -> ForgeLabel:
    """A label that a repository or organization offers; the color gets its `#`."""
    color = text(value, "color").removeprefix("#") or "cccccc"
    return ForgeLabel(number(value, "id"), text(value, "name"), f"#{color}", text(value, "description"))


def label_names(value: object) -> tuple[str, ...]:
    """Names of the labels on an issue or pull request."""
    return tuple(name for item in rows(value, "labels") if (name := text(item, "name")))


def pull(value: object, ref: RepoRef) -> PullRequest:
    """A pull request. A head in a fork is named `owner:branch`."""
    head = text(value, "head", "ref")
    head_repo, base_repo = dig(value, "head", "repo"), dig(value, "base", "repo")
    if head_repo and base_repo and number(head_repo, "id") != number(base_repo, "id"):
        head = f"{text(head_repo, 'owner', 'login')}:{head}"
    return PullRequest(
        repo=ref,
        number=number(value, "number"),
        title=text(value, "title"),
        body=text(value, "body"),
        state=text(value, "state"),
        author=text(value, "user", "login"),
        head=head,
        head_sha=text(value, "head", "sha"),
        base=text(value, "base", "ref"),
        base_sha=text(value, "base", "sha"),
        merged=flag(value, "merged"),
        requested_reviewers=logins(value, "requested_reviewers"),
        html_url=text(value, "html_url"),
    )


def review(value: object, comments: tuple[InlineComment, ...] = ()) -> Review:
    """A review; a dismissed one counts as stale."""
    state = text(value, "state")
    return Review(
        id=number(value, "id"),
        reviewer=text(value, "user", "login"),
        state=cast(ReviewState, state) if state in get_args(ReviewState) else "COMMENT",
        body=text(value, "body"),
        commit_sha=text(value, "commit_id"),
        comments=comments,
        stale=flag(value, "stale") or flag(value, "dismissed"),
    )


def inline_comment(value: object) -> InlineComment:
    """A remark on one line: `position` counts in the new file, `original_position` in the old one."""
    line = number(value, "position") or -number(value, "original_position")
    return InlineComment(text(value, "path"), line, text(value, "body"))


def changed_file(value: object) -> ChangedFile:
    """One file of a diff."""
    return ChangedFile(text(value, "filename"), text(value, "status"), number(value, "additions"), number(value, "deletions"))


def hook(value: object) -> Hook:
    """A webhook."""
    return Hook(number(value, "id"), text(value, "config", "url"), flag(value, "active"), words(value, "events"))


def _one_login(value: object, key: str) -> tuple[str, ...]:
    login = text(value, key, "login")
    return (login,) if login else ()
