"""Steps, cursors, blobs, profiles and the audit chain."""

import asyncio
from datetime import timedelta

import sqlalchemy as sa

from forgecrew.core.model_profile import ModelProfile
from forgecrew.core.moment import utc_now
from forgecrew.core.step import Step
from forgecrew.store.database import Database
from forgecrew.store.queries import audit, blobs, cursors, model_profile, pruning, steps
from forgecrew.store.tables import audit as audit_table


async def test_a_step_done_twice_is_kept_once(database: Database) -> None:
    at = utc_now()
    step = Step("r1", 1, "edit", "act", "sh: make", "ok", prompt_tokens=7, seconds=0.25, at=at)
    later = Step("r1", 2, "edit", "act", "sh: make", "ok", at=at)
    async with database.write() as connection:
        await steps.put(connection, Step("r1", 1, "edit", "act", "sh: ls", "gone"))
        await steps.put(connection, step)
        await steps.put(connection, later)
        assert await steps.of_run(connection, "r1") == [step, later]
        assert await steps.of_run(connection, "r1", after=1) == [later]


async def test_cursors_blobs_and_profiles(database: Database) -> None:
    profile = ModelProfile("http://127.0.0.1:1", "small", window=8192)
    async with database.write() as connection:
        assert await cursors.get(connection, "poll") is None
        await cursors.set_value(connection, "poll", "1")
        await cursors.set_value(connection, "poll", "2")
        assert await cursors.get(connection, "poll") == "2"
        sha256 = await blobs.keep(connection, b"\x00bundle")
        assert await blobs.keep(connection, b"\x00bundle") == sha256
        assert await blobs.read(connection, sha256) == b"\x00bundle"
        assert await pruning.forget_loose_blobs(connection, before=utc_now() + timedelta(seconds=1)) == 1
        assert await blobs.read(connection, sha256) is None
        await model_profile.keep(connection, ModelProfile(profile.server, profile.name))
        await model_profile.keep(connection, profile)
        assert await model_profile.get(connection, profile.server, profile.name) == profile
        assert await model_profile.get(connection, "elsewhere", "small") is None


async def test_the_audit_chain_shows_changes(database: Database) -> None:
    async def append(number: int) -> None:
        async with database.write() as connection:
            await audit.append(
                connection, "effect", agent="casey", subject_key="acme/tally#1", details={"n": number, "é": None}
            )

    await asyncio.gather(*(append(number) for number in range(8)))
    rows = audit_table.audit
    async with database.write() as connection:
        head = await audit.head(connection)
        assert await audit.broken_at(connection, expected_head=head) is None
        last = (await connection.execute(sa.select(sa.func.max(rows.c.id)))).scalar_one()
        await connection.execute(sa.delete(rows).where(rows.c.id == last))
        assert await audit.broken_at(connection) is None
        assert await audit.broken_at(connection, expected_head=head) == -1
        await connection.execute(sa.update(rows).where(rows.c.id == last - 3).values(agent="mallory"))
        assert await audit.broken_at(connection) == last - 3
