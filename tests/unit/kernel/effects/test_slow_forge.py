"""A process is killed while a slow forge still works on what it asked: every kind happens exactly once."""

import asyncio
import json
import signal
import sys

import pytest

from forgecrew.core.stored_intent import IntentState
from tests.slow_forge import slow_forge
from tests.unit.kernel.effects.house import House, hands
from tests.unit.kernel.effects.test_loop import Running, all_kinds, effects_on, outcome


@pytest.mark.parametrize(("before", "after"), [(0.9, 0.0), (0.0, 0.9)])
async def test_killed_while_the_forge_works(house: House, before: float, after: float) -> None:
    team, proposed = house.team, await all_kinds(house)
    (pushed,) = (intent.arguments["head_sha"] for intent in proposed if intent.kind == "push_branch")
    tokens = {who.login: who.token for who in (team.agent, team.reviewer)}
    async with slow_forge(team.forge.url, before=before, after=after) as forge:
        ids = {await house.propose(intent) for intent in proposed}
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.unit.kernel.effects.slow_process", house.database.url, forge.url, json.dumps(tokens),
            str(house.folder / "other-clones"),
        )  # fmt: skip
        async with asyncio.timeout(60):
            while len(forge.arrived if before else forge.writes) < len(ids):
                await asyncio.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        await process.wait()
        given = house.hands
        house.hands = hands(forge.url, tokens, house.folder / "clones")
        async with Running(house):
            results = [await outcome(house, one) for one in ids]
        await asyncio.sleep(before + after)
        await house.hands.close()
        house.hands = given
    assert len(results) == len(ids)
    assert {(await house.get(one)).state for one in ids} == {IntentState.DONE}
    found = await effects_on(house)
    assert [found[f"n{n}"][:2] for n in range(3)] == [(0, 1), (1, 0), (1, 0)]
    assert found["n3"][2] == ("bug",)
    (review,) = (intent for intent in proposed if intent.kind == "submit_review")
    assert len(await team.as_owner.pulls.reviews(team.repo, review.subject.number)) == 1
    assert await team.as_owner.repositories.branch_sha(team.repo, "casey/3") == pushed
    assert [title for title in found if "Third" in title] == ["WIP: Third"]
