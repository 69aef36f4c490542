"""Rows as Gitea's JSON: issues, comments, reactions, pull requests, reviews and notifications."""

from dataclasses import dataclass

from forgecrew.integrations.practice.records import Row
from forgecrew.integrations.practice.shapes import Shapes


def draft(title: str) -> bool:
    """Whether a title marks work in progress."""
    return title.upper().startswith(("WIP:", "[WIP]"))


@dataclass(frozen=True, slots=True)
class Threads(Shapes):
    """Shapes of what people write under."""

    def issue(self, issue: Row) -> Row:
        """An issue, or a pull request seen as one."""
        repo = self.records.get("repo", issue["repo_id"])
        owner, _, name = self.full_name(repo).partition("/")
        where = f"{owner}/{name}/{'pulls' if issue['is_pull'] else 'issues'}/{issue['number']}"
        return {
            **self._thread(issue, repo),
            "url": f"{self.base}/api/v1/repos/{owner}/{name}/issues/{issue['number']}",
            "html_url": f"{self.base}/{where}",
            "original_author": "",
            "original_author_id": 0,
            "ref": "",
            "assets": [],
            "time_estimate": 0,
            "pull_request": self._meta(issue, where) if issue["is_pull"] else None,
            "repository": {"id": repo["id"], "name": name, "owner": owner, "full_name": f"{owner}/{name}"},
        }

    def pull(self, issue: Row) -> Row:
        """A pull request."""
        repo = self.records.get("repo", issue["repo_id"])
        pull = self._pull_row(issue)
        url = f"{self.base}/{self.full_name(repo)}/pulls/{issue['number']}"
        reviews = [row for row in self.records.many("review", by="id", issue_id=issue["id"]) if row["state"] != "PENDING"]
        shown = self.repo(repo)
        return {
            **self._thread(issue, repo),
            "assignees": [self.user_by_id(account_id) for account_id in self.assignee_ids(issue)],
            "url": url,
            "html_url": url,
            "diff_url": f"{url}.diff",
            "patch_url": f"{url}.patch",
            "draft": draft(issue["title"]),
            "mergeable": pull["merged_at"] is None,
            "merged": pull["merged_at"] is not None,
            "merged_at": pull["merged_at"],
            "merge_commit_sha": pull["merge_sha"],
            "merged_by": self.user_by_id(pull["merged_by"]) if pull["merged_by"] else None,
            # as in Gitea, whoever was asked or has answered
            "requested_reviewers": [self.user_by_id(row) for row in dict.fromkeys(row["account_id"] for row in reviews)],
            "requested_reviewers_teams": [],
            # Go's omitempty: a Gitea leaves the count out while it is zero
            **({"review_comments": count} if (count := sum(1 for row in reviews if row["body"])) else {}),
            "merge_base": pull["merge_base"],
            "head": self._branch(pull["head"], pull["head_sha"], shown),
            "base": self._branch(pull["base"], pull["base_sha"], shown),
            "allow_maintainer_edit": False,
        }

    def comment(self, comment: Row) -> Row:
        """A comment."""
        issue = self.records.get("issue", comment["issue_id"])
        repo = self.records.get("repo", issue["repo_id"])
        here = f"{self.base}/{self.full_name(repo)}/{'pulls' if issue['is_pull'] else 'issues'}/{issue['number']}"
        return {
            "id": comment["id"],
            "html_url": f"{here}#issuecomment-{comment['id']}",
            "pull_request_url": here if issue["is_pull"] else "",
            "issue_url": "" if issue["is_pull"] else here,
            "user": self.user_by_id(comment["author_id"]),
            "original_author": "",
            "original_author_id": 0,
            "body": comment["body"],
            "assets": [],
            "created_at": comment["created_at"],
            "updated_at": comment["updated_at"],
        }

    def reaction(self, reaction: Row) -> Row:
        """A reaction."""
        user = self.user_by_id(reaction["account_id"])
        return {"user": user, "content": reaction["content"], "created_at": reaction["created_at"]}

    def review(self, review: Row) -> Row:
        """A review."""
        issue = self.records.get("issue", review["issue_id"])
        url = self.pull_url(issue)
        return {
            "id": review["id"],
            "user": self.user_by_id(review["account_id"]),
            "team": None,
            "state": review["state"],
            "body": review["body"],
            "commit_id": review["commit_sha"],
            "stale": review["commit_sha"] not in ("", self._pull_row(issue)["head_sha"]),
            "official": False,
            "dismissed": bool(review["dismissed"]),
            "comments_count": len(self.records.many("remark", review_id=review["id"])),
            "submitted_at": review["created_at"],
            "updated_at": review["created_at"],
            "html_url": f"{url}#review-{review['id']}",
            "pull_request_url": url,
        }

    def remark(self, remark: Row) -> Row:
        """A comment on a line: `position` counts in the new file, `original_position` in the old one."""
        review = self.records.get("review", remark["review_id"])
        url = self.pull_url(self.records.get("issue", review["issue_id"]))
        return {
            "id": remark["id"],
            "body": remark["body"],
            "user": self.user_by_id(review["account_id"]),
            "resolver": None,
            "pull_request_review_id": review["id"],
            "created_at": remark["created_at"],
            "updated_at": remark["created_at"],
            "path": remark["path"],
            "commit_id": remark["commit_sha"],
            "original_commit_id": "",
            "diff_hunk": "",
            "position": max(remark["line"], 0),
            "original_position": max(-remark["line"], 0),
            "html_url": f"{url}#issuecomment-{remark['id']}",
            "pull_request_url": url,
        }

    def notification(self, notification: Row) -> Row:
        """A thread of an account."""
        issue = self.records.get("issue", notification["issue_id"])
        repo = self.records.get("repo", issue["repo_id"])
        shown = self.issue(issue)
        return {
            "id": notification["id"],
            "repository": {key: value for key, value in self.repo(repo).items() if key != "permissions"},
            "subject": {
                "title": issue["title"],
                "url": shown["url"],
                "html_url": shown["html_url"],
                "latest_comment_url": "",
                "latest_comment_html_url": "",
                "type": "Pull" if issue["is_pull"] else "Issue",
                "state": issue["state"],
            },
            "unread": bool(notification["unread"]),
            "pinned": False,
            "updated_at": notification["updated_at"],
            "url": f"{self.base}/api/v1/notifications/threads/{notification['id']}",
        }

    def pull_url(self, issue: Row) -> str:
        """Where people see a pull request."""
        return f"{self.base}/{self.full_name(self.records.get('repo', issue['repo_id']))}/pulls/{issue['number']}"

    def assignee_ids(self, issue: Row) -> list[int]:
        """Who is assigned."""
        return [row["account_id"] for row in self.records.many("assignee", issue_id=issue["id"])]

    def _pull_row(self, issue: Row) -> Row:
        return self.records.many("pull", issue_id=issue["id"])[0]

    def _thread(self, issue: Row, repo: Row) -> Row:
        labels = [self.records.get("label", row["label_id"]) for row in self.records.many("issue_label", issue_id=issue["id"])]
        assignees = [self.user_by_id(account_id) for account_id in self.assignee_ids(issue)]
        return {
            "id": issue["id"],
            "number": issue["number"],
            "user": self.user_by_id(issue["author_id"]),
            "title": issue["title"],
            "body": issue["body"],
            "labels": [self.label(repo, label) for label in labels],
            "milestone": None,
            "assignee": assignees[0] if assignees else None,
            "assignees": assignees or None,
            "state": issue["state"],
            "is_locked": False,
            "comments": len(self.records.many("comment", issue_id=issue["id"])),
            "created_at": issue["created_at"],
            "updated_at": issue["updated_at"],
            "closed_at": issue["closed_at"],
            "due_date": None,
            "pin_order": 0,
        }

    def _meta(self, issue: Row, where: str) -> Row:
        pull = self._pull_row(issue)
        merged = pull["merged_at"]
        return {
            "merged": merged is not None,
            "merged_at": merged,
            "draft": draft(issue["title"]),
            "html_url": f"{self.base}/{where}",
        }

    def _branch(self, name: str, sha: str, repo: Row) -> Row:
        return {"label": name, "ref": name, "sha": sha, "repo_id": repo["id"], "repo": repo}
