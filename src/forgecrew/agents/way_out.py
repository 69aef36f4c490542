"""Opening the way out of a run's sandbox, with what its repository asks for."""

import tomllib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from forgecrew.agents.desk import Desk
from forgecrew.core.sandbox import SandboxSpec

ASKED_IN = ".forgecrew/egress.toml"
ASKED_MAX, ASKED_BYTES_MAX = 50, 20_000


async def with_way_out(desk: Desk, spec: SandboxSpec, base_sha: str) -> SandboxSpec:
    """The spec with a door where the repository's policy allows anything. Raises SandboxUnavailable.

    What the repository asks for by itself is read at its base, which no agent has written.
    """
    if desk.outlets.open is None:
        return spec
    content = await desk.code.read(desk.task.subject.repo, base_sha, ASKED_IN, bytes_max=ASKED_BYTES_MAX)
    outlet = await desk.outlets.open(spec.id, asked(content))
    if outlet is None:
        return spec
    desk.outlets.held[spec.id] = outlet
    return replace(
        spec, mounts=(*spec.mounts, *outlet.mounts), env=(*spec.env, *outlet.env), doors=(*spec.doors, *outlet.doors)
    )


def asked(content: bytes | None) -> Sequence[str]:
    """The entries of `allow` in a repository's own file; what cannot be read asks for nothing."""
    try:
        found: Any = tomllib.loads((content or b"").decode()).get("allow", [])
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        return ()
    return [one for one in found[:ASKED_MAX] if isinstance(one, str)] if isinstance(found, list) else ()  # type: ignore[misc]
