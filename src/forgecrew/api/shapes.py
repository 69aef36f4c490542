"""How tasks, runs and steps look in JSON."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from forgecrew.core.run import Run
from forgecrew.core.step import Step
from forgecrew.core.task import Task


@dataclass(frozen=True, slots=True)
class TaskShape:
    """A task as lists show it."""

    id: int
    role: str
    agent: str
    repo: str
    subject: str
    title: str
    state: str
    outcome: str | None
    reason: str
    asked_by: str
    pull_number: int
    attempts: int
    stop_asked: bool
    created_at: datetime | None
    updated_at: datetime | None
    url: str


@dataclass(frozen=True, slots=True)
class RunShape:
    """A run: totals of its tokens, and its plan as pairs of stage and state."""

    id: str
    task_id: int
    number: int
    stage: str
    plan: tuple[tuple[str, str], ...]
    outcome: str | None
    reason: str
    steps: int
    prompt_tokens: int
    output_tokens: int
    prompt_tokens_max: int
    takeovers: int
    worker_id: str
    started_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class StepShape:
    """A step; `id` orders all steps of a task: <run number>.<step number>."""

    id: str
    run_id: str
    number: int
    stage: str
    kind: str
    thought: str
    action: str
    observation: str
    prompt_tokens: int
    output_tokens: int
    seconds: float
    at: datetime | None


@dataclass(frozen=True, slots=True)
class TaskDetail:
    """A task with its runs, oldest first, and the diff of the last one."""

    task: TaskShape
    runs: Sequence[RunShape]
    diff: str


def task_shape(task: Task, public_url: str) -> TaskShape:
    """The shape of a task."""
    return TaskShape(
        id=task.id, role=task.role, agent=task.agent, repo=str(task.subject.repo), subject=task.subject.key, title=task.title,
        state=task.state.value, outcome=task.outcome.value if task.outcome else None, reason=task.reason,
        asked_by=task.asked_by, pull_number=task.pull_number, attempts=task.attempts, stop_asked=task.stop_asked,
        created_at=task.created_at, updated_at=task.updated_at, url=f"{public_url}/tasks/{task.id}",
    )  # fmt: skip


def run_shape(run: Run) -> RunShape:
    """The shape of a run."""
    return RunShape(
        id=run.id, task_id=run.task_id, number=run.number, stage=run.stage, plan=run.plan,
        outcome=run.outcome.value if run.outcome else None, reason=run.reason, steps=run.steps,
        prompt_tokens=run.prompt_tokens, output_tokens=run.output_tokens, prompt_tokens_max=run.prompt_tokens_max,
        takeovers=run.takeovers, worker_id=run.worker_id, started_at=run.started_at, ended_at=run.ended_at,
    )  # fmt: skip


def step_shape(step: Step, run_number: int) -> StepShape:
    """The shape of a step."""
    return StepShape(
        id=f"{run_number}.{step.number}", run_id=step.run_id, number=step.number, stage=step.stage, kind=step.kind,
        thought=step.thought, action=step.action, observation=step.observation, prompt_tokens=step.prompt_tokens,
        output_tokens=step.output_tokens, seconds=step.seconds, at=step.at,
    )  # fmt: skip
