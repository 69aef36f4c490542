"""Opening ways out of the sandboxes of a task, by the policy of its repository."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from forgecrew.app.egress_policies import EgressPolicies
from forgecrew.core.errors import SandboxUnavailable
from forgecrew.core.task import Task
from forgecrew.kernel.egress_log import egress_log, kept
from forgecrew.ports.egress import Connect, Egress
from forgecrew.ports.outlet import OpenOutlet, Outlet
from forgecrew.ports.sandbox import Sandbox
from forgecrew.store.database import Database

_TASK = re.compile(r"task-(\d+)(?:-|$)")


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

    async def beside(self, name: str, sandbox: Sandbox, own: Mapping[str, Connect]) -> Outlet:
        """The outlet of a browser beside a sandbox: to the same places, without credentials, and to hosts of our own."""
        repo, known = sandbox.spec.owner, _TASK.match(sandbox.spec.id)
        policy = replace(self.policies.of(repo), credentials=())
        outlet = await self.egress.open(name, policy, kept(self.database, int(known[1]) if known else 0, repo), own)
        if outlet is None:
            raise SandboxUnavailable("the browser got no way out")
        return outlet
