"""Telling the demo's story line by line while the crew works, from the same database that the pages show."""

import json
from collections.abc import Callable

from forgecrew.core.json import as_list, as_object
from forgecrew.core.run import Run
from forgecrew.core.step import Step
from forgecrew.core.task import Task, TaskState
from forgecrew.store.database import Database
from forgecrew.store.queries import runs, steps, task_lists

Say = Callable[[str, str, str], None]
"""Prints one line: who, what (a stage or a word), the rest."""

MOODS = {"changed": "✓", "answered": "✓", "asked": "?", "failed": "✗", "blocked": "✗", "stopped": "✗"}
CHOICES = ("request_changes", "not_ready", "already_done")


class Story:
    """Remembers what was told, so that each step, stage and end is told once."""

    def __init__(self, database: Database, say: Say) -> None:
        self._database, self._say = database, say
        self._told: set[str] = set()
        self.steps = 0
        self.prompt_tokens_max = 0
        self.failed: list[str] = []

    async def look(self) -> bool:
        """Tell what is new; whether no task is queued or running and there has been at least one."""
        async with self._database.read() as connection:
            tasks = await task_lists.recent(connection, states=[], limit=50)
            found = [(task, run) for task in tasks for run in await runs.by_task(connection, task.id)]
            shown = {run.id: await steps.of_run(connection, run.id) for _, run in found}
        self.steps = sum(len(of_run) for of_run in shown.values())
        self.prompt_tokens_max = max((run.prompt_tokens_max for _, run in found), default=0)
        for task, run in sorted(found, key=lambda pair: pair[1].id):
            self._tell_run(task, run, list(shown[run.id]))
        busy = any(task.state in (TaskState.QUEUED, TaskState.RUNNING) for task in tasks)
        return bool(tasks) and not busy

    def _tell_run(self, task: Task, run: Run, of_run: list[Step]) -> None:
        if self._new(f"start {run.id}"):
            what, how = ("starts", f"{about(task)}, as {task.role}") if run.number == 1 else ("goes on", f"with {about(task)}")
            self._say(task.agent, what, how)
        for step in of_run:
            if self._new(f"step {run.id} {step.number}"):
                self._say(task.agent, step.stage, one_line(step))
        if run.outcome and self._new(f"end {run.id}"):
            self._say(task.agent, f"{MOODS.get(run.outcome.value, '·')} {run.outcome.value}", run.reason)
            if run.outcome.value in ("failed", "blocked", "stopped"):
                self.failed.append(f"{task.agent}: {run.outcome.value}: {run.reason}")

    def _new(self, what: str) -> bool:
        if what in self._told:
            return False
        self._told.add(what)
        return True


def about(task: Task) -> str:
    """A task's subject in words."""
    return f"{'pull request' if task.subject.kind == 'pull' else task.subject.kind} #{task.subject.number}"


def one_line(step: Step) -> str:
    """A step as one line: what the model said it does, else the action itself."""
    if step.kind == "decide":
        return decided(step.observation)
    if step.said:
        return step.said
    lines = [line.strip() for line in f"{step.action}\n{step.observation}".splitlines() if line.strip()]
    return next((line for line in lines if line != "done"), step.kind)


def decided(text: str) -> str:
    """The values of a decision without its brackets; other text as it is."""
    try:
        fields = as_object(json.loads(text))
    except ValueError:
        return text[:120]
    shown = [
        ", ".join(map(str, as_list(value))) if isinstance(value, list) else str(value) for value in fields.values() if value
    ]
    return " · ".join(one.replace("_", " ") if one in CHOICES else one for one in shown)
