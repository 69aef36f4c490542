"""What an agent asks memory itself, inside what its run may read and keep its label."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from forgecrew.core.errors import NotFound, RefusedError
from forgecrew.core.signals import TellModel
from forgecrew.memory.graph.as_of import thread_at
from forgecrew.memory.notes import keep_note
from forgecrew.memory.pages.proposing import PageProposing
from forgecrew.memory.recall.for_run import TaskRecall
from forgecrew.memory.recall.related import related

NOTHING = "Memory holds nothing about this."
TOKENS_MAX = 700
RELATED_MAX = 15


@dataclass(frozen=True, slots=True)
class TaskQuestions:
    """Implements ports.recall.MemoryQuestions for one run."""

    recall: TaskRecall
    pages: PageProposing | None = None

    async def search(self, question: str) -> str:
        """Cited lines."""
        if not question.strip():
            raise TellModel("Say what you look for: words, a path, a `symbol` or #3.")
        asked = replace(await self.recall.asked(question, "", TOKENS_MAX, question), thread="")
        return (await self.recall.given.recaller.recall(asked)).text or NOTHING

    async def related(self, name: str) -> str:
        """One line per relation."""
        asked = await self.recall.asked(name, "", TOKENS_MAX)
        async with self.recall.given.database.read() as connection:
            found = await related(connection, asked.scope, name, repo=asked.repo, forge_url=asked.forge_url)
        return "\n".join(one.line for one in found[:RELATED_MAX]) or NOTHING

    async def as_of(self, number: int, day: str) -> str:
        """State, labels, assignees, milestone and verdicts at the end of a day."""
        try:
            at = datetime.fromisoformat(day).replace(tzinfo=UTC) + timedelta(days=1)
        except ValueError:
            raise TellModel(f"{day!r} is no day: write it as 2026-05-01.") from None
        asked, repo = await self.recall.asked("", "", TOKENS_MAX), self.recall.task.subject.repo
        async with self.recall.given.database.read() as connection:
            held = await thread_at(connection, asked.scope, repo, number, at)
        shown = "; ".join(f"{kind.replace('_', ' ')} {', '.join(found)}" for kind, found in held.items() if found)
        return f"{repo}#{number} on {day}: {shown}" if shown else NOTHING

    async def similar(self, number: int) -> str:
        """One line each; inside what the run may read without becoming less trusted."""
        from forgecrew.memory.similar.find import similar  # numpy comes with it: not before somebody asks

        asked, repo = await self.recall.asked("", "", TOKENS_MAX), self.recall.task.subject.repo
        async with self.recall.given.database.read() as connection:
            try:
                found = await similar(connection, asked.scope, repo, number)
            except NotFound:
                return NOTHING
        lines = [f"{one.key} ({one.likelihood:.0%}) {one.title}: {'; '.join(one.reasons)}" for one in found]
        return "\n".join(" ".join(line.split()) for line in lines) or NOTHING

    async def propose(self, kind: str, text: str) -> str:
        """The note is kept in any case."""
        kept = await self.note(text)
        return f"{kept} {await self.pages.propose(kind, text)}" if self.pages else kept

    async def note(self, text: str) -> str:
        """Kept with the label of the run."""
        task = self.recall.task
        try:
            await keep_note(
                self.recall.given.database, text, repo=str(task.subject.repo), number=task.subject.number, author=task.agent,
                label=task.label, own=True,
            )  # fmt: skip
        except RefusedError as error:
            raise TellModel(str(error)) from None
        return "Kept. Later runs on this will find it."
