"""A worker for code runs put together from its parts."""

from collections.abc import Callable

from forgecrew.agents.mend import Mender
from forgecrew.core.sandbox import SandboxSpec
from forgecrew.kernel.clean_sandboxes import CleanSandboxes
from forgecrew.kernel.code_queue import CodeQueue
from forgecrew.kernel.code_repair import CodeRepair
from forgecrew.kernel.code_worker import CodeWorker
from forgecrew.kernel.worker import Worker
from forgecrew.ports.sandbox_backend import SandboxBackend
from forgecrew.store.database import Database


def make_code_worker(
    database: Database, sandboxes: SandboxBackend, spec: SandboxSpec, mender: Callable[[], Mender], worker: Worker, *,
    slots: int,
) -> CodeWorker:  # fmt: skip
    """One under the name and the lease of a worker; each code run gets a sandbox made like `spec`. No I/O yet."""
    queue = CodeQueue(database, worker.worker_id)
    repair = CodeRepair(queue, CleanSandboxes(sandboxes, spec), mender)
    return CodeWorker(queue, repair, sandboxes, worker.now, slots=slots, alive=worker.alive)
