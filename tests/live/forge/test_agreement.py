"""The practice forge answers as a real Gitea does: same statuses, same names and types of what it tells."""

from typing import Any

import pytest

from tests.contracts.forge.webhook_listener import listening
from tests.forges import LiveForge
from tests.live.forge.scenario import Answer, play

pytestmark = pytest.mark.live

WIDER = {"collaborator of odd permission"}
"""Steps where a Gitea answers 500, which nobody needs to imitate."""


async def test_practice_forge_and_gitea_agree(practice_forge: LiveForge, gitea_forge: LiveForge) -> None:
    async with listening() as listener:
        ours = await play(practice_forge, listener)
    async with listening() as listener:
        theirs = await play(gitea_forge, listener)
    found: list[str] = []
    for name, answer in ours.items():
        if name not in WIDER:
            found += differences(name, answer, theirs[name])
    assert not found, "\n".join(found)


def differences(name: str, ours: Answer, theirs: Answer) -> list[str]:
    """Where an answer of ours has another status, or something that theirs has not or has of another type."""
    if ours.status != theirs.status:
        return [f"{name}: {ours.status} here, {theirs.status} there: {theirs.body}"]
    return list(unlike(name, ours.body, theirs.body)) if ours.status < 300 else []


def unlike(where: str, ours: Any, theirs: Any) -> list[str]:
    if isinstance(ours, dict) and isinstance(theirs, dict):
        missing = [f"{where}.{key}: only here" for key in ours if key not in theirs]
        return missing + [text for key in ours if key in theirs for text in unlike(f"{where}.{key}", ours[key], theirs[key])]
    if isinstance(ours, list) and isinstance(theirs, list):
        if len(ours) != len(theirs) and not where.endswith("repos"):
            return [f"{where}: {len(ours)} here, {len(theirs)} there"]
        return unlike(f"{where}[0]", ours[0], theirs[0]) if ours and theirs else []
    if ours is None or theirs is None:
        null = "here" if ours is None else "there"
        return [] if ours is theirs or null == "here" else [f"{where}: null there, {ours!r} here"]
    return [] if type(ours) is type(theirs) else [f"{where}: {ours!r} here, {theirs!r} there"]
