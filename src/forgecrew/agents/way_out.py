"""The ways out that a run's sandboxes have, and telling the model and people what was refused there."""

import tomllib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from forgecrew.agents.desk import Desk
from forgecrew.core.action import Observation
from forgecrew.core.egress import EgressDecision, told
from forgecrew.core.sandbox import SandboxSpec

ASKED_IN = ".forgecrew/egress.toml"
ASKED_MAX, ASKED_BYTES_MAX = 50, 20_000
TOLD_MAX = 8


async def with_way_out(desk: Desk, spec: SandboxSpec, base_sha: str) -> SandboxSpec:
    """The spec with a door where the repository's policy allows anything. Raises SandboxUnavailable.

    What the repository asks for by itself is read at its base, which no agent has written.
    """
    if desk.open_outlet is None:
        return spec
    content = await desk.code.read(desk.task.subject.repo, base_sha, ASKED_IN, bytes_max=ASKED_BYTES_MAX)
    outlet = await desk.open_outlet(spec.id, asked(content))
    if outlet is None:
        return spec
    desk.outlets[spec.id] = outlet
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


def refused_lately(desk: Desk) -> str:
    """Refusals that were not told yet, one line each, a few at most."""
    fresh: list[EgressDecision] = []
    for name, outlet in desk.outlets.items():
        known = desk.refusals_told.get(name, 0)
        seen = outlet.refused(known)
        desk.refusals_told[name] = known + len(seen)
        fresh += seen
    lines = told(fresh).splitlines()
    more = [f"refused: {len(lines) - TOLD_MAX} further places"] if len(lines) > TOLD_MAX else []
    return "\n".join([*lines[:TOLD_MAX], *more])


def with_refusals(desk: Desk, seen: Observation) -> Observation:
    """What an action gave, with what was refused to it at the end."""
    lines = refused_lately(desk)
    return replace(seen, text=f"{seen.text}\n{lines}") if lines else seen


def places_refused(desk: Desk) -> list[str]:
    """Hosts and ports that this run was refused, each once."""
    return list(dict.fromkeys(one.place for outlet in desk.outlets.values() for one in outlet.refused() if one.port))


async def close_ways_out(desk: Desk) -> None:
    """Close them: nothing of a run goes on after it."""
    for outlet in desk.outlets.values():
        await outlet.close()
