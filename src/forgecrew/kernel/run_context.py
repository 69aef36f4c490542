"""What a run gets from the kernel, and the shape of what does it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from forgecrew.core.outcome import RunResult
from forgecrew.core.task import Task
from forgecrew.ports.journal import Journal

ATTEMPTS_MAX = 5
"""How often a task is tried while the world is down."""


@dataclass(frozen=True, slots=True)
class RunContext:
    """One run of a task; `number` counts the task's runs from 1. The task is as it was claimed."""

    task: Task
    run_id: str
    journal: Journal
    number: int = 1


Procedure = Callable[[RunContext], Awaitable[RunResult]]
"""Does one run; what it raises ends the run as kernel/endings.py tells."""

ProcedureFor = Callable[[Task], Procedure]
"""Finds what does a task. Raises ConfigError when its role is not here any more."""
