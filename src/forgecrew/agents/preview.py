"""A preview of a change: the workspace as an app, where the repository says how it is started; no model takes part."""

from forgecrew.agents.desk import Desk
from forgecrew.agents.workspace import run
from forgecrew.core.app_plan import PREVIEW_FILE
from forgecrew.core.errors import RefusedError
from forgecrew.ports.sandbox import Sandbox

FILES_BYTES_MAX = 64 << 20
_PACKED = ".git/preview.tar.gz"
_PACK = f"test -f {PREVIEW_FILE} && tar --exclude=./.git -czf {_PACKED} . && echo packed"


async def offer(desk: Desk, sandbox: Sandbox, head: str) -> str:
    """Ask for the app, or give the task's app the new files; a line for the pull request, empty without a preview."""
    if not desk.house.apps_of_one:
        return ""

    async def pack() -> str:
        if "packed" not in await run(sandbox, f"rm -rf {_PACKED}; {_PACK}"):
            return ""
        return await desk.outbox.keep_bytes(await sandbox.read(_PACKED, bytes_max=FILES_BYTES_MAX))

    sha256 = await desk.journal.step("preview", pack, timeout_seconds=300)
    if not sha256:
        return ""
    title = f"{desk.task.subject.repo.name} #{desk.task.subject.number}"
    arguments = {
        "files_sha256": sha256, "title": title, "of_one_max": desk.house.apps_of_one,
        "ttl_seconds": desk.house.app_ttl_seconds, "idle_seconds": desk.house.app_idle_seconds,
        "head_sha": head, "url": desk.house.url,
    }  # fmt: skip
    try:
        made = await desk.write("offer_preview", arguments, key=f"preview:{head}")
    except RefusedError as error:
        return f"**Preview:** none; {error}"
    return f"**Preview:** [{title}]({desk.house.url}/apps/{made['id']}/open)"
