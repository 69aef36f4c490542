"""Opening ways out of the sandboxes of a task, by the policy of its repository."""

from collections.abc import Sequence
from dataclasses import dataclass

from forgecrew.app.egress_policies import EgressPolicies
from forgecrew.core.task import Task
from forgecrew.kernel.egress_log import egress_log
from forgecrew.ports.egress import Egress, OpenOutlet, Outlet
from forgecrew.store.database import Database


@dataclass(frozen=True, slots=True)
class WaysOut:
    """What the process `work` opens ways out with."""

    egress: Egress
    policies: EgressPolicies
    database: Database

    def opener(self, task: Task) -> OpenOutlet | None:
        """What opens them for a task; None where its repository may reach nothing, whatever it asks for."""
        repo = str(task.subject.repo)
        if not self.policies.may_open(repo):
            return None

        async def opened(sandbox_id: str, asked: Sequence[str]) -> Outlet | None:
            return await self.egress.open(sandbox_id, self.policies.of(repo, asked), egress_log(self.database, task))

        return opened
