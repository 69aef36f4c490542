"""Pages that agents propose: a decision or lesson of a task, once, few, and kept only when a person merges it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from forgecrew.core.intent import ActionClass, Intent
from forgecrew.core.json import Json
from forgecrew.core.label import Integrity
from forgecrew.core.moment import utc_now
from forgecrew.core.task import Task
from forgecrew.memory.pages.place import FOLDER, file_name
from forgecrew.memory.pages.proposable import unfit, why_not
from forgecrew.ports.outbox import Outbox
from forgecrew.store.database import Database
from forgecrew.store.queries.proposed_pages import KIND

KINDS = {"decision": timedelta(days=365), "lesson": timedelta(days=180)}
"""How long each holds unless somebody writes another day."""


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
            kind=KIND, agent=task.agent, subject=task.subject, key=f"page:{task.subject.repo}:{path}",
            arguments=arguments, action_class=ActionClass.A2, label=task.label, run_id=self.run_id, task_id=task.id,
            rationale="learnt in this task",
        )  # fmt: skip
        await self.outbox.propose(intent)
        return "It is proposed to people as a page; it counts for all when one of them merges it."

    async def _why_not(self, kind: str, said: str, path: str, now: datetime) -> str:
        label = self.task.label
        if kind not in KINDS:
            return f"a page is a {' or a '.join(KINDS)}"
        if reason := unfit(said):
            return reason
        if label.integrity < Integrity.CONTRIBUTOR or label.readers == "secret":
            return "nobody who may write here stands behind this task"
        repo = str(self.task.subject.repo)
        return await why_not(
            self.database, said, path, task_id=self.task.id, repo=repo, readers=label.readers, now=now
        )  # fmt: skip
