"""What a run knows about its issue and repository, read once from the forge."""

import re
from dataclasses import asdict, dataclass
from typing import Any

from forgecrew.agents.desk import Desk
from forgecrew.agents.trusted import unhidden, who_may_write
from forgecrew.core.label import Integrity

GUIDES = ("AGENTS.md", "CONTRIBUTING.md", ".gitea/CONTRIBUTING.md", ".github/CONTRIBUTING.md", "docs/CONTRIBUTING.md")
"""Where forges look for the rules of a project; the first one counts."""
NO_GUIDE = "This project has no AGENTS.md or CONTRIBUTING.md: do as its code and its history do."
COMMENTS_SHOWN = 6
_SMALL_PRINT = re.compile(r"<sub>.*?</sub>", re.S)


@dataclass(frozen=True, slots=True)
class IssueCard:
    """Plain texts for prompts, ids for git; `guide` comes from the protected default branch only."""

    number: int
    title: str
    body: str
    author: str
    state: str
    comments: tuple[str, ...]
    labels: tuple[str, ...]
    default_branch: str
    clone_url: str
    base_sha: str
    guide: str = ""
    email: str = ""

    def text(self) -> str:
        """The issue as the model reads it."""
        talk = "".join(f"\n\nComment by {comment}" for comment in self.comments[-COMMENTS_SHOWN:])
        return f"Issue #{self.number}: {self.title}\n\n{self.body or '(no description)'}{talk}"


async def read_card(desk: Desk, number: int) -> IssueCard:
    """The issue, its discussion without the crew's own comments, and the repository's head and rules."""
    repo, crew = desk.task.subject.repo, set(desk.house.accounts.values())

    async def load() -> dict[str, Any]:
        issue = await desk.forge.issues.issue(repo, number)
        comments = [one for one in await desk.forge.issues.comments(repo, number) if one.author not in crew]
        if desk.task.label.integrity >= Integrity.CONTRIBUTOR:
            # Somebody who may write stands behind this issue as its author told it, not behind what anybody adds.
            heard = {issue.author, desk.task.asked_by} | await who_may_write(desk, {one.author for one in comments})
            comments = [one for one in comments if one.author in heard]
        about = await desk.forge.repositories.repo(repo)
        base_sha = await desk.forge.repositories.branch_sha(repo, about.default_branch)
        guide = NO_GUIDE
        for name in GUIDES:
            content = await desk.forge.repositories.file(repo, name, at=about.default_branch)
            if content:
                guide = f"{name}:\n{content.decode('utf-8', 'replace')}"
                break
        me = await desk.forge.people.me()
        return asdict(
            IssueCard(
                number=number, title=unhidden(issue.title), body=visible(issue.body), author=issue.author, state=issue.state,
                comments=tuple(f"{one.author}: {visible(one.body)}" for one in comments),
                labels=issue.labels, default_branch=about.default_branch, clone_url=about.clone_url,
                base_sha=base_sha or "", guide=guide, email=me.email,
            )
        )  # fmt: skip

    stored = await desk.read(f"issue {number}", load)
    for name in ("comments", "labels"):
        stored[name] = tuple(stored[name])
    return IssueCard(**stored)


def visible(text: str) -> str:
    """A text without HTML comments, which people do not see and the model must not obey, and without our own footers."""
    return _SMALL_PRINT.sub("", unhidden(text)).strip()
