"""Containers that belong to no sandbox, or to a controller that has died: found and removed."""

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from forgecrew.integrations.podman.engine import Engine
from forgecrew.integrations.podman.names import is_orphan, sandbox_of


async def clear(scope: str, engine: Engine, keep: Sequence[str] | None) -> None:
    """Remove those of a scope whose sandbox is in none of `keep` (None keeps all), and those of the dead."""
    listed = ("ps", "--all", "--filter", f"label=forgecrew={scope}", "--format", "{{.Names}}")
    _, said = await engine.call(*listed)
    names = [name for name in said.split() if name.startswith("forgecrew-")]
    if gone := [name for name in names if is_orphan(name) or (keep is not None and sandbox_of(name) not in keep)]:
        await engine.call("rm", "--force", *gone)
    for left in Path(tempfile.gettempdir()).glob(f"forgecrew-{scope}-*"):
        if is_orphan(left.name):
            shutil.rmtree(left, ignore_errors=True)
