"""Setting up the desk of each run in the process `work`: the task's role, its model, its forge account with a read token."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from forgecrew.agents.closing import told
from forgecrew.agents.desk import Desk, House
from forgecrew.app import connections, discover
from forgecrew.app.read_secrets import ReadSecrets
from forgecrew.app.roster import Roster
from forgecrew.app.settings import Settings
from forgecrew.core.errors import ConfigError
from forgecrew.core.outcome import RunResult
from forgecrew.core.sandbox import Profile
from forgecrew.core.task import Task
from forgecrew.kernel.endings import ATTEMPTS_MAX
from forgecrew.kernel.run_context import RunContext
from forgecrew.ports.chat_model import ChatModel
from forgecrew.ports.code_host import CodeHost
from forgecrew.ports.forge import Forge
from forgecrew.ports.outbox import Outbox
from forgecrew.ports.sandbox import SandboxBackend
from forgecrew.ports.step_log import StepLog
from forgecrew.ports.tool import Tool

Procedure = Callable[[RunContext], Awaitable[RunResult]]


@dataclass(slots=True)
class Desks:
    """Connections are made once per account and role, and kept until close()."""

    settings: Settings
    roster: Roster
    secrets: ReadSecrets
    outbox: Outbox
    step_log: StepLog
    code: CodeHost
    sandboxes: SandboxBackend
    tools: dict[str, Tool] = field(default_factory=dict[str, Tool])
    forges: dict[str, Forge] = field(default_factory=dict[str, Forge])
    models: dict[str, ChatModel] = field(default_factory=dict[str, ChatModel])

    def procedure_for(self, task: Task) -> Procedure:
        """What runs the task. Raises ConfigError when its role is not here any more."""
        role = self.roster.roles.get(task.role)
        if role is None:
            why = self.roster.broken.get(task.role, "it is not enabled")
            raise ConfigError(f"the role {task.role!r} cannot work: {why}")
        procedure = self.roster.procedures[role.procedure]

        async def run(context: RunContext) -> RunResult:
            return await told(self.desk(context), procedure.run)

        return run

    def desk(self, context: RunContext) -> Desk:
        """A fresh desk for one run."""
        task = context.task
        role = self.roster.roles[task.role]
        return Desk(
            role=role, task=task, run_id=context.run_id, journal=context.journal, model=self.model(role.name),
            forge=self.forge(task.agent), code=self.code, sandboxes=self.sandboxes, outbox=self.outbox,
            step_log=self.step_log, tools=self.offered(), house=self.house(role.name),
            last_try=task.attempts >= ATTEMPTS_MAX,
        )  # fmt: skip

    def house(self, role: str) -> House:
        """What the crew shares, as settings tell it."""
        sandbox = self.settings.sandbox
        profile = Profile(
            name="configured", memory_bytes=sandbox.memory_mib << 20, cpu=sandbox.cpu, pids=sandbox.pids,
            wall_seconds=sandbox.wall_seconds, disk_bytes=sandbox.disk_mib << 20,
        )  # fmt: skip
        return House(
            accounts=self.roster.accounts, url=self.settings.public_url, model_name=self.settings.model_of(role).name,
            window=self.settings.model_of(role).window, sandbox_profile=profile, sandbox_mounts=sandbox.mounts,
            sandbox_path=sandbox.path,
        )  # fmt: skip

    def forge(self, account: str) -> Forge:
        """The forge as an account sees it; the token only reads."""
        if account not in self.forges:
            self.forges[account] = connections.forge_as(self.settings, self.secrets.token(account))
        return self.forges[account]

    def model(self, role: str) -> ChatModel:
        """The model a role thinks with."""
        if role not in self.models:
            self.models[role] = connections.model_of(self.settings, role)
        return self.models[role]

    def offered(self) -> dict[str, Tool]:
        """Tools by the first word of their block."""
        if not self.tools:
            made = [module.tool() for module in discover.tools().working.values()]
            self.tools.update({one.kind: one for one in made})
        return self.tools

    async def close(self) -> None:
        """Give all connections back."""
        for one in (*self.forges.values(), *self.models.values()):
            await one.close()
