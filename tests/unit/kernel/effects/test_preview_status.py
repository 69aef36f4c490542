"""A preview as a status beside its commit: told when it is there, when it fails, when it has ended; nothing twice."""

from typing import Any

import httpx

from forgecrew.core.app import AppState
from forgecrew.core.commit_status import CommitStatus
from forgecrew.core.label import Integrity, Label
from forgecrew.core.moment import utc_now
from forgecrew.kernel.preview_statuses import PreviewStatuses
from forgecrew.store.queries import apps, blobs
from tests.unit.kernel.effects.house import House

HOME = "http://127.0.0.1:8430"


async def offered(house: House, files: bytes, head: str, **more: Any) -> str:
    """Id of the app of a commit."""
    async with house.database.write() as connection:
        sha256 = await blobs.keep(connection, files)
    arguments = {"title": "sums #1", "of_one_max": 2, "ttl_seconds": 600, "idle_seconds": 60, "files_sha256": sha256,
                 "head_sha": head, "url": HOME}  # fmt: skip
    done = await house.done(house.intent("offer_preview", arguments, key=f"preview:{head}", **more))
    assert done.result, done.problem
    return str(done.result["id"])


async def told(house: House, head: str, watch: PreviewStatuses | None = None) -> list[CommitStatus]:
    await (watch or PreviewStatuses(house.database)).look()
    await house.execute_all()
    return await house.team.as_owner.statuses.of(house.team.repo, head)


async def note(house: House, id: str, **values: Any) -> None:
    async with house.database.write() as connection:
        app = await apps.get(connection, id)
        assert await apps.note(connection, id, app.version, **values)


async def test_a_preview_is_told_from_its_start_to_its_end(house: House) -> None:
    _, head = await house.open_pull()
    app, watch = await offered(house, b"one", head), PreviewStatuses(house.database)
    link = f"{HOME}/apps/{app}/open"
    named = "forgecrew/preview"
    assert await told(house, head, watch) == [CommitStatus(named, "pending", "The preview is being started", link)]
    await note(house, app, state=AppState.RUNNING, ready_at=utc_now())
    assert await told(house, head, watch) == [CommitStatus(named, "success", "Open the preview", link)]
    await note(house, app, state=AppState.SUSPENDED)
    for again in (watch, None):  # also a new process
        assert (await told(house, head, again))[0].description == "Open the preview"
    await note(house, app, state=AppState.FAILED, problem="it ended\nwith status 4")
    failed = CommitStatus(named, "failure", "The preview does not start: it ended with status 4", link)
    assert await told(house, head, watch) == [failed]
    async with house.database.write() as connection:
        await apps.end(connection, app, AppState.EXPIRED)
    assert await told(house, head, watch) == [CommitStatus(named, "success", "The preview has ended")]
    async with httpx.AsyncClient(trust_env=False) as client:
        address = f"{house.team.forge.url}/api/v1/repos/{house.team.repo}/statuses/{head}"
        rows = (await client.get(address, headers={"Authorization": f"token {house.team.agent.token}"})).json()
    assert len(rows) == 4, "each once, however often it was looked"


async def test_a_later_round_is_told_at_its_own_commit(house: House) -> None:
    _, head = await house.open_pull()
    app = await offered(house, b"one", head)
    await note(house, app, state=AppState.RUNNING, ready_at=utc_now())
    await told(house, head)
    later = await house.team.forge.push(house.team.agent, house.team.repo, "casey/1", {"b.txt": "b\n"})
    assert await offered(house, b"two", later) == app
    assert [one.state for one in await told(house, later)] == ["pending"]


async def test_what_may_not_be_hosted_is_not_told(house: House) -> None:
    _, head = await house.open_pull()
    async with house.database.write() as connection:
        sha256 = await blobs.keep(connection, b"x")
    arguments = {"title": "s", "of_one_max": 2, "ttl_seconds": 600, "idle_seconds": 60, "files_sha256": sha256,
                 "head_sha": head, "url": HOME}  # fmt: skip
    await house.done(house.intent("offer_preview", arguments, key="s", label=Label(Integrity.STRANGER)))
    assert await told(house, head) == []
