"""Setting up the desk of each run in the process `work`: the task's role, its model, its forge account with a read token."""

from dataclasses import dataclass

from forgecrew.agents.closing import told
from forgecrew.agents.desk import Desk
from forgecrew.agents.outlets import Outlets
from forgecrew.app.describe_house import describe_house
from forgecrew.app.equipment import Equipment
from forgecrew.app.kept_connections import KeptConnections
from forgecrew.app.memory_of_run import give_memory
from forgecrew.app.roster import Roster
from forgecrew.app.settings import Settings
from forgecrew.core.errors import ConfigError
from forgecrew.core.outcome import RunResult
from forgecrew.core.task import Task
from forgecrew.kernel.run_context import ATTEMPTS_MAX, Procedure, RunContext


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
            give_memory(desk, given.memory, self.settings.memory)
        return desk
