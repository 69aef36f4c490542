"""The ground of one sandbox, put together from what is remembered of it and what the settings ask for."""

from pathlib import Path

from forgecrew.core.sandbox_record import Record
from forgecrew.integrations.podman.arguments import Plan
from forgecrew.integrations.podman.engine import Engine
from forgecrew.integrations.podman.ground import Ground


def ground_of(record: Record, home: Path, engine: Engine, scope: str, image: str, runtime: str) -> Ground:
    """At `home`, in containers of an engine; an empty image is the host's /usr, an empty runtime the engine's own."""
    return Ground(Plan(record.spec, home, record.uid, engine, scope, image, runtime))
