"""Setting up the desk of each run in the process `work`: the task's role, its model, its forge account with a read token."""

import functools
from dataclasses import dataclass

from forgecrew.agents.closing import told
from forgecrew.agents.desk import Desk
from forgecrew.agents.outlets import Outlets
from forgecrew.agents.trusted import who_may_write
from forgecrew.app.describe_house import describe_house
from forgecrew.app.equipment import Equipment
from forgecrew.app.kept_connections import KeptConnections
from forgecrew.app.roster import Roster
from forgecrew.app.settings import Settings
from forgecrew.app.tools_of_run import tools_of_run
from forgecrew.core.errors import ConfigError
from forgecrew.core.outcome import RunResult
from forgecrew.core.task import Task
from forgecrew.kernel.run_context import ATTEMPTS_MAX, Procedure, RunContext
from forgecrew.memory.pages.proposing import PageProposing
from forgecrew.memory.recall.earlier import LikelyEarlier
from forgecrew.memory.recall.for_run import Given, TaskRecall
from forgecrew.memory.recall.places import url_of_key


@dataclass(slots=True)
class Desks:
    """Every run gets a desk of its own."""

    settings: Settings
    roster: Roster
    connections: KeptConnections
    equipment: Equipment

    def procedure_for(self, task: Task) -> Procedure:
        """What runs the task. Raises ConfigError when its role is not here any more."""
        role = self.roster.roles.get(task.role)
        if role is None:
            why = self.roster.broken.get(task.role, "it is not enabled")
            raise ConfigError(f"the role {task.role!r} cannot work: {why}")
        procedure = self.roster.procedures[role.procedure]

        async def run(context: RunContext) -> RunResult:
            desk = self.desk(context)
            try:
                return await told(desk, procedure.run)
            finally:
                await desk.outlets.close()

        return run

    def desk(self, context: RunContext) -> Desk:
        """A fresh desk for one run."""
        task = context.task
        role = self.roster.roles[task.role]
        house = describe_house(self.settings, self.roster.accounts, role.name)
        given = self.equipment
        desk = Desk(
            role=role, task=task, run_id=context.run_id, journal=context.journal,
            model=self.connections.model(role.name), forge=self.connections.forge(task.agent), code=given.code,
            sandboxes=given.sandboxes, outbox=given.outbox, step_log=given.step_log, tools=given.tools, house=house,
            versions=given.versions,
            last_try=task.attempts >= ATTEMPTS_MAX, outlets=Outlets(given.ways_out.opener(task)),
        )  # fmt: skip
        if given.memory is not None:
            recall = TaskRecall(
                given.memory, task, context.run_id, functools.partial(who_may_write, desk), on_code="sh" in role.tools
            )
            desk.earlier = LikelyEarlier(recall) if self.settings.memory.judge_related else None
            given.memory.recaller.begin()
            desk.recall = recall
            desk.tools = {**given.tools, **tools_of_run(role, recall, self._pages(given.memory, task, context.run_id))}
        return desk

    def _pages(self, memory: Given, task: Task, run_id: str) -> PageProposing | None:
        if not self.settings.memory.propose_pages or not task.subject.number:
            return None
        source = url_of_key(task.subject.key, memory.forge_url)
        return PageProposing(memory.database, self.equipment.outbox, task, run_id, source)
