"""A preview: one app per task, whose files later rounds replace; bounded per agent."""

from typing import Any

from forgecrew.core.app import AppState
from forgecrew.core.intent import Intent
from forgecrew.core.label import Integrity, Label
from forgecrew.core.stored_intent import IntentState
from forgecrew.store.queries import apps, blobs
from tests.unit.kernel.effects.house import House


async def offered(house: House, files: bytes, *, task: int = 1, **words: Any) -> Intent:
    async with house.database.write() as connection:
        sha256 = await blobs.keep(connection, files)
    bounds = {"title": "sums #1", "of_one_max": 2, "ttl_seconds": 600, "idle_seconds": 60}
    return house.intent("offer_preview", {"files_sha256": sha256, **bounds, **words}, task_id=task, key=f"{task}:{sha256}")


async def test_one_app_per_task_with_the_newest_files(house: House) -> None:
    first = await house.done(await offered(house, b"one"))
    again = await house.done(await offered(house, b"two"))
    assert first.result and again.result
    assert first.result == again.result
    async with house.database.write() as connection:
        app = await apps.get(connection, first.result["id"])
        assert (app.version, app.state, app.public, app.owner) == (2, AppState.WANTED, False, house.team.agent.login)
        assert await blobs.read(connection, app.files_sha256) == b"two"
        assert app.name.startswith("sums-1-")
        await apps.end(connection, app.id, AppState.EXPIRED)
        assert await blobs.read(connection, app.files_sha256) is None
    anew = await house.done(await offered(house, b"three"))
    assert anew.result is not None
    assert anew.result["id"] != first.result["id"]


async def test_an_agent_has_few_apps(house: House) -> None:
    for task in (1, 2):
        assert (await house.done(await offered(house, b"x", task=task))).state is IntentState.DONE
    refused = await house.done(await offered(house, b"y", task=3))
    assert (refused.state, "2 apps already" in refused.problem) == (IntentState.FAILED, True)


async def test_what_a_stranger_asked_for_is_not_hosted(house: House) -> None:
    intent = await offered(house, b"x")
    stored = await house.done(Intent(**{**{name: getattr(intent, name) for name in ("kind", "agent", "subject", "arguments")},
                                        "key": "s", "task_id": 9, "label": Label(Integrity.STRANGER)}))  # fmt: skip
    assert stored.state is IntentState.WAITING
