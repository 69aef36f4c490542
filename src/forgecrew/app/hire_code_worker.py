"""The part of the process `work` that does code runs, under the name of its worker."""

from forgecrew.agents.mend import Mender
from forgecrew.agents.mend_prompt import ROLE
from forgecrew.app.describe_house import describe_house
from forgecrew.app.equipment import Equipment
from forgecrew.app.kept_connections import KeptConnections
from forgecrew.app.settings import Settings
from forgecrew.core.sandbox import SandboxSpec
from forgecrew.kernel.code_worker import CodeWorker
from forgecrew.kernel.make_code_worker import make_code_worker
from forgecrew.kernel.worker import Worker
from forgecrew.store.database import Database


def hire_code_worker(
    settings: Settings, database: Database, equipment: Equipment, kept: KeptConnections, worker: Worker
) -> CodeWorker:  # fmt: skip
    """No I/O yet. The model is asked for when a program first has to be mended: running needs none."""
    house = describe_house(settings, {}, ROLE)
    spec = SandboxSpec(
        "code", owner="code runs", profile=house.sandbox_profile, mounts=house.sandbox_mounts, path=house.sandbox_path
    )

    def mender() -> Mender:
        return Mender(kept.model(ROLE), equipment.tools)

    return make_code_worker(database, equipment.sandboxes, spec, mender, worker, slots=settings.work.parallel)
