"""Rows of apps: asked for within bounds, renewed, given other files, ended; their files go with the last that needs them."""

from datetime import timedelta

import pytest

from forgecrew.core.app import LIVE, App, AppState
from forgecrew.core.errors import NotFound, RefusedError
from forgecrew.core.moment import utc_now
from forgecrew.store.database import Database
from forgecrew.store.queries import apps, blobs

WANTED = App(id="", name="", title="Tally", owner="casey", files_sha256="", task_id=7, command=("sh", "-c", "x"))


async def test_an_app_is_asked_for_within_bounds_and_found_again(database: Database) -> None:
    async with database.write() as connection:
        made = await apps.ask(connection, WANTED, b"files", of_one_max=1)
        assert await apps.get(connection, made.id) == made
        assert await apps.named(connection, made.name) == made
        assert await apps.of_task(connection, 7) == made and await apps.of_task(connection, 8) is None
        assert await blobs.read(connection, made.files_sha256) == b"files"
        assert made.expires_at is not None and made.created_at is not None
        assert made.expires_at - made.created_at == timedelta(seconds=WANTED.ttl_seconds)
        with pytest.raises(RefusedError, match="has 1 apps already"):
            await apps.ask(connection, WANTED, b"files", of_one_max=1)
        with pytest.raises(NotFound, match="forgecrew app list"):
            await apps.get(connection, "none")
        await apps.ask_removal(connection, made.id)
        assert await apps.ask(connection, WANTED, b"files", of_one_max=1), "one that is asked to go makes room at once"


async def test_other_files_keep_the_address_and_begin_the_time_anew(database: Database) -> None:
    async with database.write() as connection:
        made = await apps.ask(connection, WANTED, b"old", of_one_max=3)
        assert await apps.note(connection, made.id, 1, state=AppState.FAILED, problem="it ended", restarts=4)
        other = await apps.replace_files(connection, made.id, b"new")
        assert (other.name, other.version, other.state, other.problem, other.restarts) == (made.name, 2, "wanted", "", 0)
        assert await blobs.read(connection, made.files_sha256) is None, "nobody needs the old ones"
        assert await blobs.read(connection, other.files_sha256) == b"new"
        assert not await apps.note(connection, made.id, 1, state=AppState.RUNNING), "its host speaks of the old files"
        assert (await apps.get(connection, made.id)).state == AppState.WANTED


async def test_the_end_takes_files_that_no_other_app_needs(database: Database) -> None:
    async with database.write() as connection:
        one = await apps.ask(connection, WANTED, b"same", of_one_max=3)
        two = await apps.ask(connection, WANTED, b"same", of_one_max=3)
        assert (await apps.ask_removal(connection, one.id)).removal_asked
        with pytest.raises(RefusedError, match="has ended"):
            await apps.renew(connection, one.id)
        await apps.end(connection, one.id, AppState.REMOVED)
        assert await blobs.read(connection, two.files_sha256) == b"same"
        await apps.end(connection, two.id, AppState.EXPIRED)
        assert await blobs.read(connection, two.files_sha256) is None
        assert await apps.recent(connection, states=LIVE) == []
        assert [app.id for app in await apps.recent(connection)] == [two.id, one.id], "newest first"
        assert await apps.forget_ended(connection, utc_now() - timedelta(days=1)) == 0
        assert await apps.forget_ended(connection, utc_now() + timedelta(seconds=1)) == 2


async def test_renewing_is_bounded_and_may_be_for_ever(database: Database) -> None:
    async with database.write() as connection:
        made = await apps.ask(connection, WANTED, b"x", of_one_max=3)
        longer = await apps.renew(connection, made.id, ttl_seconds=2 * WANTED.ttl_seconds)
        assert longer.expires_at is not None and made.expires_at is not None and longer.expires_at > made.expires_at
        for wrong in (-1, apps.TTL_SECONDS_MAX + 1):
            with pytest.raises(RefusedError, match="make it permanent"):
                await apps.renew(connection, made.id, ttl_seconds=wrong)
        assert (await apps.renew(connection, made.id, permanent=True)).expires_at is None
