"""Profiles of models are kept once their servers answer."""

import asyncio

from forgecrew.app import keep_profiles
from forgecrew.app.keep_profiles import ProfileKeeper
from forgecrew.core.errors import ModelUnavailable
from forgecrew.core.model_profile import ModelProfile
from forgecrew.store.database import Database
from forgecrew.store.migrate import upgrade
from forgecrew.store.queries import model_profile


class Late:
    """A model whose server answers at the second asking."""

    def __init__(self):
        self.asked = 0

    async def profile(self):
        self.asked += 1
        if self.asked == 1:
            raise ModelUnavailable("http://127.0.0.1:9 does not answer")
        return ModelProfile("http://127.0.0.1:9", "small", window=8192)


async def test_a_model_is_asked_again_until_it_answers(database, monkeypatch):
    monkeypatch.setattr(keep_profiles, "AGAIN_SECONDS", 0.02)
    model, stopping = Late(), asyncio.Event()
    going = asyncio.create_task(ProfileKeeper(database, lambda _: model, ["coder"]).run(stopping))
    found = None
    while found is None:
        await asyncio.sleep(0.02)
        async with database.read() as connection:
            found = await model_profile.get(connection, "http://127.0.0.1:9", "small")
    stopping.set()
    await going
    assert found.window == 8192
    assert model.asked == 2


async def test_a_database_that_does_not_take_it_ends_nothing(database_url, monkeypatch, caplog):
    monkeypatch.setattr(keep_profiles, "AGAIN_SECONDS", 0.02)
    model, stopping, database = Late(), asyncio.Event(), Database(database_url)
    going = asyncio.create_task(ProfileKeeper(database, lambda _: model, ["coder"]).run(stopping))
    while "the database does not answer" not in caplog.text and not going.done():
        await asyncio.sleep(0.02)
    assert not going.done()
    await upgrade(database_url)
    found = None
    while found is None:
        await asyncio.sleep(0.02)
        async with database.read() as connection:
            found = await model_profile.get(connection, "http://127.0.0.1:9", "small")
    stopping.set()
    await going
    await database.close()
