"""The loop: nothing lost, nothing twice, whoever dies."""

import asyncio
import json
import signal
import sys
from dataclasses import replace
from typing import Any

from forgecrew.core.errors import ForgeUnavailable
from forgecrew.core.intent import Intent
from forgecrew.core.json import Json
from forgecrew.core.stored_intent import IntentState
from forgecrew.kernel.effects.context import EffectContext, EffectKind
from forgecrew.kernel.effects.loop import Effects
from forgecrew.kernel.outbox import StoredOutbox
from forgecrew.store.database import Database
from tests.unit.kernel.effects.house import KINDS, PACE, House


class Running:
    """An effects loop in this process, for the length of a block."""

    def __init__(self, house: House, kinds: dict[str, EffectKind] | None = None, database: Database | None = None) -> None:
        self.stopping = asyncio.Event()
        self.effects = Effects(database or house.database, kinds or dict(KINDS), house.hands, pace=PACE)

    async def __aenter__(self) -> Effects:
        self.task = asyncio.create_task(self.effects.run(self.stopping))
        return self.effects

    async def __aexit__(self, *_: object) -> None:
        self.stopping.set()
        await self.task


async def outcome(house: House, intent_id: str) -> Json:
    return await StoredOutbox(house.database).outcome(intent_id, timeout_seconds=30)


async def all_kinds(house: House) -> list[Intent]:
    """One intent of each kind that can run beside the others, each about a subject of its own."""
    team = house.team
    await team.as_owner.repositories.create_label(team.repo, "bug", "#ee0701", "")
    numbers = [(await team.as_owner.issues.create_issue(team.repo, f"n{n}", "")).number for n in range(5)]
    number, head = await house.open_pull()
    other, other_head = await house.open_pull({"b.txt": "b\n"}, branch="casey/2")
    work = await house.workspace()
    third = await work.commit({"c.txt": "c\n"})
    pushed = await house.done(house.intent("push_branch", await house.push_arguments(work, third, branch="casey/3")))
    assert pushed.state is IntentState.DONE, pushed.problem
    fourth = await work.commit({"d.txt": "d\n"})
    push = await house.push_arguments(work, fourth, branch="casey/3", expected=third)
    review = {"number": other, "verdict": "COMMENT", "body": "Read.", "commit_sha": other_head, "comments": []}
    return [
        house.intent("react", {"content": "eyes"}, about=numbers[0]),
        house.intent("comment", {"body": "Hello", "marker": "m:1"}, about=numbers[1]),
        house.intent("status_comment", {"task_id": 9, "body": "At work"}, about=numbers[2], task_id=9),
        house.intent("add_labels", {"names": ["bug"]}, about=numbers[3]),
        house.intent("push_branch", push, about=numbers[4]),
        house.intent("edit_pull", {"number": number, "body": f"At {head}"}, about=number),
        house.intent("submit_review", review, by=team.reviewer.login, about=other),
        house.intent("open_pull", {"head": "casey/3", "base": "main", "title": "Third", "body": ""}),
    ]


async def effects_on(house: House) -> dict[str, Any]:
    """What the forge holds."""
    team, found = house.team, dict[str, Any]()
    issues = await team.as_owner.issues.search(filter="all")
    for issue in (one for one in issues if one.repo == team.repo):
        comments = await team.as_owner.issues.comments(team.repo, issue.number)
        reactions = await team.as_owner.issues.reactions(team.repo, issue.number)
        reviews = await team.as_owner.pulls.reviews(team.repo, issue.number) if issue.is_pull else []
        found[issue.title] = (len(comments), len(reactions), issue.labels, len(reviews), issue.body[:3])
    return found


async def test_a_killed_process_leaves_each_effect_done_exactly_once(house: House) -> None:
    proposed = await all_kinds(house)
    ids = {await house.propose(intent) for intent in proposed}
    tokens = {who.login: who.token for who in (house.team.agent, house.team.reviewer)}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.unit.kernel.effects.executor_process", house.database.url, house.team.forge.url,
        json.dumps(tokens), str(house.folder / "other-clones"), stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    async with asyncio.timeout(60):
        written = {(await process.stdout.readline()).decode().strip() for _ in ids}
    assert written == ids
    process.send_signal(signal.SIGKILL)
    await process.wait()
    before = await effects_on(house)
    assert {(await house.get(one)).state for one in ids} == {IntentState.EXECUTING}
    async with Running(house):
        results = [await outcome(house, one) for one in ids]
    assert len(results) == len(ids)
    assert {(await house.get(one)).attempts for one in ids} == {2}
    assert await effects_on(house) == before
    assert before["n0"][1] == before["n1"][0] == before["n2"][0] == 1
    assert (before["n3"][2], before["WIP: Mend it"]) == (("bug",), before["WIP: Mend it"])
    assert [title for title in before if "Third" in title] == ["WIP: Third"]


async def test_a_review_request_that_was_answered_is_not_repeated(house: House) -> None:
    team = house.team
    number, head = await house.open_pull()
    asked = house.intent("request_review", {"number": number, "reviewers": [team.reviewer.login]}, about=number)
    done = await house.done(asked)
    await team.as_reviewer.pulls.review(team.repo, number, verdict="COMMENT", body="Read.", commit_sha=head)
    context = EffectContext(replace(done, attempts=2), team.as_agent, house.hands.push, house.database, "")
    before = await team.as_agent.pulls.reviews(team.repo, number)
    await KINDS["request_review"](context, asked.arguments)
    assert await team.as_agent.pulls.reviews(team.repo, number) == before


async def test_a_forge_that_is_down_for_a_while_costs_nothing(house: House) -> None:
    tries: list[str] = []

    async def flaky(context: EffectContext, arguments: Json) -> Json:
        tries.append(context.stored.id)
        result = await KINDS["comment"](context, arguments)
        if len(tries) < 3:
            raise ForgeUnavailable("the answer was lost")
        return result

    async with Running(house, {"comment": flaky}):
        one = await house.propose(house.intent("comment", {"body": "Hello", "marker": "m:1"}))
        assert "comment_id" in await outcome(house, one)
    assert len(tries) == 3
    assert len(await house.team.as_owner.issues.comments(house.team.repo, house.number)) == 1


async def test_two_loops_share_the_work(house: House) -> None:
    numbers = [(await house.team.as_owner.issues.create_issue(house.team.repo, f"n{n}", "")).number for n in range(4)]
    second = Database(house.database.url)
    async with Running(house), Running(house, database=second):
        ids = [
            await house.propose(house.intent("comment", {"body": str(n), "marker": f"m:{n}"}, about=number))
            for number in numbers
            for n in range(3)
        ]
        await asyncio.gather(*(outcome(house, one) for one in ids))
    for number in numbers:
        comments = await house.team.as_owner.issues.comments(house.team.repo, number)
        assert [comment.body[0] for comment in comments] == ["0", "1", "2"]
    await second.close()


async def test_what_nobody_does_expires(house: House) -> None:
    one = await house.propose(house.intent("comment", {"body": "Hello", "marker": "m:1"}, agent="nobody"))
    effects = Effects(house.database, dict(KINDS), house.hands, pace=replace(PACE, expire_after=0.3))
    stopping = asyncio.Event()
    running = asyncio.create_task(effects.run(stopping))
    async with asyncio.timeout(20):
        while (await house.get(one)).state is not IntentState.EXPIRED:
            await asyncio.sleep(0.05)
    stopping.set()
    await running
