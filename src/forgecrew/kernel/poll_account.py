"""What the forge holds for one account of the crew, as events."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from forgecrew.core.event import Event
from forgecrew.core.issue import Issue
from forgecrew.core.label import PUBLIC, Label
from forgecrew.core.role import Role
from forgecrew.core.subject import RepoRef, Subject
from forgecrew.kernel.poll_memory import Memory
from forgecrew.kernel.polled import PolledEvents, untold_comments, untold_reviews
from forgecrew.ports.forge import Forge

OVERLAP = timedelta(minutes=5)
"""How far back each look reaches beyond the last one: clocks differ, and forges tell of things a little late."""


class AccountPoll:
    """Looks through one account's eyes. `repos` limits it to some repositories (owner/name), all when empty."""

    def __init__(self, role: Role, forge: Forge, *, source: str, crew: Sequence[str], repos: Collection[str] = ()) -> None:
        self.account = role.account
        self._role, self._forge, self._source, self._crew, self._repos = role, forge, source, crew, repos
        self._labels: dict[RepoRef, Label] = {}

    async def asked_of(self, now: datetime) -> list[Event]:
        """What is assigned to the account or asked of it for review."""
        found: list[Event] = []
        if "issue.assigned" in self._role.triggers:
            for issue in self._of_ours(await self._forge.issues.search(filter="assigned")):
                if not issue.is_pull:
                    found.append((await self._events(issue.repo, now)).assigned(issue, self.account))
        if "pull.review_requested" in self._role.triggers:
            for issue in self._of_ours(await self._forge.issues.search(filter="review_requested")):
                found += await self._review_of(issue, now)
        return found

    async def opened(self, memory: Memory, now: datetime) -> list[Event]:
        """Issues that are new since the last look, in repositories that the account works on; updates memory.numbers."""
        if "issue.opened" not in self._role.triggers:
            return []
        mine = {str(repo.ref) for repo in await self._forge.repositories.repos()}
        since = memory.since if memory.numbers else None
        found: list[Event] = []
        highest = dict.fromkeys(mine, 0) | memory.numbers
        for issue in self._of_ours(await self._forge.issues.search(filter="all", since=since)):
            name = str(issue.repo)
            if name not in mine:
                continue
            if not issue.is_pull and name in memory.numbers and issue.number > memory.numbers[name]:
                found.append((await self._events(issue.repo, now)).opened(issue))
            highest[name] = max(highest[name], issue.number)
        memory.numbers = highest
        return found

    async def subjects(self, memory: Memory) -> set[Subject]:
        """Where something may have been said: unread threads since the last look, and what watched tasks wait for."""
        heard = {
            note.subject for note in await self._forge.people.notifications()
            if note.updated_at is None or note.updated_at >= memory.since
        }  # fmt: skip
        waiting = {task.subject for task in memory.watched}
        pulls = {Subject(task.subject.repo, "pull", task.pull_number) for task in memory.watched if task.pull_number}
        return {subject for subject in heard | waiting | pulls if not self._repos or str(subject.repo) in self._repos}

    async def said(self, subject: Subject, memory: Memory, now: datetime) -> list[Event]:
        """Comments, reviews and endings on one page of which no event told yet."""
        make = await self._events(subject.repo, now)
        told = memory.told.get(subject, ())
        comments = await self._forge.issues.comments(subject.repo, subject.number)
        found = [
            make.commented(subject, comment) for comment in untold_comments(comments, told, since=memory.since, own=self._crew)
        ]
        for task in memory.watched:
            if task.pull_number and subject == Subject(task.subject.repo, "pull", task.pull_number):
                pull = await self._forge.pulls.pull(subject.repo, subject.number)
                if pull.state == "closed":
                    found.append(make.closed(subject, task.id))
                else:
                    reviews = await self._forge.pulls.reviews(subject.repo, subject.number)
                    found += [make.reviewed(subject, review) for review in untold_reviews(reviews, told, agent=self.account)]
            elif subject == task.subject and not task.pull_number and await self._is_closed(subject):
                found.append(make.closed(subject, task.id))
        return found

    async def _is_closed(self, subject: Subject) -> bool:
        return (await self._forge.issues.issue(subject.repo, subject.number)).state == "closed"

    async def _review_of(self, issue: Issue, now: datetime) -> list[Event]:
        pull = await self._forge.pulls.pull(issue.repo, issue.number)
        reviews = await self._forge.pulls.reviews(issue.repo, issue.number)
        answered = any(
            review.reviewer == self.account and review.commit_sha == pull.head_sha and review.state != "REQUEST_REVIEW"
            for review in reviews
        )
        return [] if answered else [(await self._events(issue.repo, now)).review_requested(pull, self.account)]

    async def _events(self, repo: RepoRef, now: datetime) -> PolledEvents:
        if repo not in self._labels:
            private = (await self._forge.repositories.repo(repo)).private
            self._labels[repo] = Label(readers=f"repo:{repo}" if private else PUBLIC)
        return PolledEvents(self._source, now, self._labels[repo])

    def _of_ours(self, issues: Iterable[Issue]) -> list[Issue]:
        return [issue for issue in issues if not self._repos or str(issue.repo) in self._repos]
