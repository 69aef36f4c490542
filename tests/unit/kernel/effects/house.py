"""Effects on a real forge, with a real database: what the tests of this folder share."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from forgecrew.core.intent import Intent
from forgecrew.core.label import Integrity, Label
from forgecrew.core.moment import utc_now
from forgecrew.core.stored_intent import StoredIntent
from forgecrew.core.subject import Subject
from forgecrew.guard.filters import OutgoingFilter
from forgecrew.guard.secret_search import SecretSearch
from forgecrew.integrations.git.code_push import connect as connect_push
from forgecrew.integrations.gitea.forge import connect
from forgecrew.kernel import outbox
from forgecrew.kernel.effects import (
    add_labels,
    comment,
    edit_pull,
    offer_preview,
    open_pull,
    preview_status,
    propose_page,
    push_branch,
    react,
    request_review,
    status_comment,
    submit_review,
)
from forgecrew.kernel.effects.context import EffectKind
from forgecrew.kernel.effects.executor import Executor
from forgecrew.kernel.effects.hands import Hands, Pace
from forgecrew.store.database import Database
from forgecrew.store.queries import blobs, executing, intents
from tests.contracts.code.workspace import Workspace, clone
from tests.forges import Team

MODULES = (
    add_labels, comment, edit_pull, offer_preview, open_pull, preview_status, propose_page, push_branch, react,
    request_review, status_comment, submit_review,
)  # fmt: skip
KINDS: Mapping[str, EffectKind] = {module.__name__.rpartition(".")[2]: module.execute for module in MODULES}
PACE = Pace(poll=0.02, beat=0.1, lease=30.0, grace=0.2, settle=1.5)
"""A killed process of this machine is noticed by its number, not by its lease: that one must outlast a busy machine."""


def hands(url: str, tokens: Mapping[str, str], folder: Path) -> Hands:
    """Hands that write to a forge with the given tokens."""
    outgoing = OutgoingFilter(SecretSearch(tokens), {url.partition("://")[2]})
    return Hands(tokens, lambda token: connect(url, token), connect_push(folder), outgoing)


@dataclass
class House:
    """A team, a database, an executor, and an issue to work on."""

    team: Team
    database: Database
    hands: Hands
    executor: Executor
    number: int
    folder: Path

    def intent(self, kind: str, arguments: dict[str, Any], *, by: str = "", about: int = 0, **more: Any) -> Intent:
        """An intent about the issue (or another number) by the agent (or another account)."""
        subject = Subject(self.team.repo, "issue", about or self.number)
        given = {"label": Label(Integrity.CONTRIBUTOR), "key": f"{kind}:{by}:{about}:{arguments}", "task_id": 1} | more
        given.setdefault("agent", by or self.team.agent.login)
        return Intent(kind=kind, subject=subject, arguments=arguments, **given)

    async def propose(self, intent: Intent) -> str:
        """Store an intent; gives its id."""
        async with self.database.write() as connection:
            return await outbox.store(connection, intent)

    async def get(self, intent_id: str) -> StoredIntent:
        """What became of an intent."""
        async with self.database.read() as connection:
            found = await intents.get(connection, intent_id)
        assert found is not None
        return found

    async def done(self, intent: Intent) -> StoredIntent:
        """Propose an intent, execute all that is allowed, and give what became of it."""
        intent_id = await self.propose(intent)
        await self.execute_all()
        return await self.get(intent_id)

    async def execute_all(self) -> None:
        """Execute what is allowed now."""
        while True:
            async with self.database.write() as connection:
                claimed = await executing.next_allowed(connection, self.executor.name, now=utc_now())
            if claimed is None:
                return
            await self.executor.execute(claimed)

    async def workspace(self) -> Workspace:
        """A clone to commit in."""
        return await clone(self.team.forge, self.team.agent, self.team.repo, self.folder)

    async def push_arguments(
        self, work: Workspace, head: str, *, branch: str = "casey/1", expected: str | None = None
    ) -> dict[str, Any]:
        """Arguments of push_branch for what a workspace holds."""
        async with self.database.write() as connection:
            sha256 = await blobs.keep(connection, await work.bundle())
        base = await work.git("rev-parse", "origin/main")
        return {"branch": branch, "base": base, "head_sha": head, "expected_sha": expected, "bundle_sha256": sha256}

    async def open_pull(self, files: dict[str, str] | None = None, branch: str = "casey/1") -> tuple[int, str]:
        """A draft pull request of the agent: its number and its head."""
        work = await self.workspace()
        head = await work.commit(files or {"a.txt": "a\n"})
        pushed = await self.done(self.intent("push_branch", await self.push_arguments(work, head, branch=branch)))
        assert pushed.result is not None, pushed.problem
        arguments = {"head": branch, "base": "main", "title": "Mend it", "body": "Closes #1"}
        opened = await self.done(self.intent("open_pull", arguments))
        assert opened.result is not None, opened.problem
        return opened.result["number"], head
