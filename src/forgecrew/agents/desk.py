"""The desk of one run: everything that a procedure may use, and the journaled ways to read, write and show."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from forgecrew.agents.supplies import Supplies
from forgecrew.core.intent import ActionClass, Intent
from forgecrew.core.json import Json
from forgecrew.core.role import Role
from forgecrew.core.task import Task
from forgecrew.ports.sandbox import Sandbox

# Each waits ten minutes for the effect: doing a whole run again would cost more than waiting for a forge that is down.
WRITE_TRIES = 150


@dataclass(slots=True, kw_only=True)
class Desk(Supplies):
    """One run's desk with its supplies.

    Procedures do all input and output through it, so that a taken-over run finds what is already done.

    `last_try` is set when the run is not tried again after it; `opened` are its workspaces, `made_anew` tells that one of
    them had to be made in this process; `seconds` is the model's time.
    """

    role: Role
    task: Task
    run_id: str
    steps: int = 0
    output_tokens: int = 0
    prompt_tokens: int = 0
    seconds: float = 0.0
    last_try: bool = False
    shown: int = 0
    opened: list[Sandbox] = field(default_factory=list[Sandbox])
    made_anew: bool = False
    plan: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def account(self) -> str:
        """The account that this run works as."""
        return self.task.agent

    @property
    def run_url(self) -> str:
        """Where people see this task live."""
        return f"{self.house.url}/tasks/{self.task.id}"

    async def read(self, name: str, work: Callable[[], Awaitable[Any]]) -> Any:
        """Read something from the world once; work() gives JSON.

        Retried when the world is down for a moment.
        """
        return await self.journal.step(f"read {name}", work, timeout_seconds=120, retries=5)

    async def write(
        self, kind: str, arguments: Json, *, key: str, action_class: ActionClass = ActionClass.A2, rationale: str = ""
    ) -> Json:
        """Propose one intent and wait for its effect, up to a day; gives the effect's result."""
        intent = self.intent(kind, arguments, key=key, action_class=action_class, rationale=rationale)

        async def send() -> Json:
            return await self.outbox.outcome(await self.outbox.propose(intent), timeout_seconds=600)

        return await self.journal.step(f"write {kind}", send, timeout_seconds=900, retries=WRITE_TRIES)

    async def tell(self, kind: str, arguments: Json, *, key: str, action_class: ActionClass = ActionClass.A1) -> None:
        """Propose one intent without waiting for its effect."""
        intent = self.intent(kind, arguments, key=key, action_class=action_class)

        async def send() -> str:
            return await self.outbox.propose(intent)

        await self.journal.step(f"tell {kind}", send, timeout_seconds=120, retries=5)

    def intent(self, kind: str, arguments: Json, *, key: str, action_class: ActionClass, rationale: str = "") -> Intent:
        """An intent of this run; its key is made unique to the task."""
        return Intent(
            kind=kind, agent=self.account, subject=self.task.subject, key=f"task:{self.task.id}:{key}", arguments=arguments,
            action_class=action_class, label=self.task.label, run_id=self.run_id, task_id=self.task.id, rationale=rationale,
        )  # fmt: skip
