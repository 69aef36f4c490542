"""Pages that agents propose: a decision or lesson of a task, once, few, and kept only when a person merges it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from forgecrew.core.intent import ActionClass, Intent
from forgecrew.core.json import Json
from forgecrew.core.label import Integrity
from forgecrew.core.moment import utc_now
from forgecrew.core.scope import Scope
from forgecrew.core.task import Task
from forgecrew.memory.extract.text_patterns import is_recalled
from forgecrew.memory.pages.page import EXTRACTOR
from forgecrew.memory.pages.place import FOLDER, file_name
from forgecrew.memory.ranking.words import prose_words
from forgecrew.ports.outbox import Outbox
from forgecrew.store.database import Database
from forgecrew.store.queries import facts, proposed_pages

KINDS = {"decision": timedelta(days=365), "lesson": timedelta(days=180)}
"""How long each holds unless somebody writes another day."""
CHARACTERS_MIN, CHARACTERS_MAX = 20, 2_000
PER_TASK_MAX = 1
PER_MONTH_MAX = 6
"""Of one repository: people shall not be flooded."""
ALIKE = 0.5
"""Share of the words of two texts that they have in common from which on they say the same."""


@dataclass(frozen=True, slots=True)
class PageProposing:
    """One run's; `source` is the address of what it works on."""

    database: Database
    outbox: Outbox
    task: Task
    run_id: str
    source: str

    async def propose(self, kind: str, text: str) -> str:
        """What became of it, as a sentence for the model; nothing is written but an intent."""
        said = text.strip()
        title = said.splitlines()[0].strip("# ")[:100] if said else ""
        path, now = f"{FOLDER}/{file_name(title)}", utc_now()
        if reason := await self._why_not(kind, said, path, now):
            return f"It is not proposed as a page: {reason}."
        arguments: Json = {
            "path": path, "title": title, "body": said, "kind": kind, "source": self.source,
            "date": f"{now:%Y-%m-%d}", "expires": f"{now + KINDS[kind]:%Y-%m-%d}",
        }  # fmt: skip
        task = self.task
        intent = Intent(
            kind=proposed_pages.KIND, agent=task.agent, subject=task.subject, key=f"page:{task.subject.repo}:{path}",
            arguments=arguments, action_class=ActionClass.A2, label=task.label, run_id=self.run_id, task_id=task.id,
            rationale="learnt in this task",
        )  # fmt: skip
        await self.outbox.propose(intent)
        return "It is proposed to people as a page; it counts for all when one of them merges it."

    async def _why_not(self, kind: str, said: str, path: str, now: datetime) -> str:
        if kind not in KINDS or not CHARACTERS_MIN <= len(said) <= CHARACTERS_MAX:
            return f"a page has {CHARACTERS_MIN} to {CHARACTERS_MAX} characters"
        if is_recalled(said):
            return "it copies what memory had shown"
        if self.task.label.integrity < Integrity.CONTRIBUTOR or self.task.label.readers == "secret":
            return "nobody who may write here stands behind this task"
        repo = str(self.task.subject.repo)
        scope = Scope(frozenset({"public", self.task.label.readers}), frozenset({repo}))
        async with self.database.read() as connection:
            earlier = await proposed_pages.proposed(connection, repo)
            held = await facts.pages(connection, scope, repo, EXTRACTOR, now=now)
        if sum(one.task_id == self.task.id for one in earlier) >= PER_TASK_MAX:
            return "this task has proposed one already"
        if any(one.path == path for one in earlier) or _like(said, [one.body for one in earlier]):
            return "it was proposed before"
        if any(row.name.endswith(path) for row in held) or _like(said, [row.object_text for row in held]):
            return "a page says so already"
        if sum(now - one.at < timedelta(days=30) for one in earlier) >= PER_MONTH_MAX:
            return "enough pages of this month wait for people"
        return ""


def _like(said: str, others: Sequence[str]) -> bool:
    words = set(prose_words(said))
    return any(
        len(words & other) >= ALIKE * len(words | other) for other in (set(prose_words(one)) for one in others) if other
    )  # fmt: skip
