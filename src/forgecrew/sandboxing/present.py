"""What a sandbox uses now: all that runs in it together, its disk, and what has passed its doors."""

from collections.abc import Iterable
from pathlib import Path

from forgecrew.core.sandbox_use import SandboxUse
from forgecrew.sandboxing.begun import Begun
from forgecrew.sandboxing.disk import used_bytes
from forgecrew.sandboxing.traffic import Traffic


async def present(live: Iterable[Begun], workspace: Path, traffic: Traffic) -> SandboxUse:
    """The disk is measured."""
    used = [begun.present() for begun in live]
    return SandboxUse(
        processes=sum(one.processes or 0 for one in used),
        memory_bytes=sum(one.memory_bytes or 0 for one in used),
        cpu_seconds=sum(one.cpu_seconds or 0.0 for one in used),
        disk_bytes=await used_bytes(workspace),
        bytes_in=traffic.bytes_in,
        bytes_out=traffic.bytes_out,
    )
