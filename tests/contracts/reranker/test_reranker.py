"""What a reranker does, on every form of server."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from forgecrew.core.errors import ConfigError, ModelUnavailable, RefusedError
from forgecrew.integrations.openai_compatible import reranker
from forgecrew.ports.embedder import EmbedderSettings
from forgecrew.ports.reranker import Reranker
from tests.json_server import JsonServer, json_server

from .servers import FORMS, cohere, tei

Connect = Callable[[EmbedderSettings], Reranker]
TEXTS = ["buy apples", "the worker hangs after a restart", "a worker", *(f"nothing {at}" for at in range(47))]


@pytest.fixture(params=list(FORMS))
async def server(request: pytest.FixtureRequest) -> AsyncIterator[JsonServer]:
    answer, path = FORMS[request.param]
    async with json_server(answer) as made:
        made.url += path
        yield made


@pytest.fixture
async def connect() -> AsyncIterator[Callable[..., Reranker]]:
    made: list[Reranker] = []

    def connected(given: EmbedderSettings) -> Reranker:
        made.append(reranker.connect(given))
        return made[-1]

    yield connected
    for one in made:
        await one.close()


def settings(server: JsonServer, **more: object) -> EmbedderSettings:
    return EmbedderSettings(Path(), server.url, "bge-reranker", **more)  # type: ignore[arg-type]


async def test_one_score_per_text_in_their_order(server: JsonServer, connect: Connect) -> None:
    ranking = connect(settings(server))
    for _ in range(2):
        scores = await ranking.rank("the worker hangs", TEXTS, timeout_seconds=5)
        assert len(scores) == len(TEXTS)
        assert sorted(range(len(TEXTS)), key=lambda at: -scores[at])[:2] == [1, 2]
    assert await ranking.rank("anything", [], timeout_seconds=5) == []


async def test_a_slow_server_is_left_in_time(server: JsonServer, connect: Connect) -> None:
    server.pause_seconds = 5.0
    ranking = connect(settings(server))
    with pytest.raises(ModelUnavailable, match="did not answer within"):
        await ranking.rank("worker", TEXTS, timeout_seconds=0.1)


async def test_a_wrong_key_is_a_matter_of_settings(server: JsonServer, connect: Connect) -> None:
    server.api_key = "right"
    with pytest.raises(ConfigError, match=r"memory\.reranker"):
        await connect(settings(server, api_key="wrong")).rank("worker", TEXTS, timeout_seconds=5)
    assert await connect(settings(server, api_key="right")).rank("worker", TEXTS[:2], timeout_seconds=5)


async def test_the_form_is_learnt_once(connect: Connect) -> None:
    async with json_server(tei) as server:
        ranking = connect(settings(server))
        await ranking.rank("worker", TEXTS[:2], timeout_seconds=5)
        await ranking.rank("worker", TEXTS[:2], timeout_seconds=5)
        assert [list(body)[-1] for _, body in server.asked] == ["top_n", "truncate", "truncate"]


async def test_an_address_where_no_reranker_answers_is_a_matter_of_settings(connect: Connect) -> None:
    async with json_server(lambda method, path, body: (404, {"error": "not found"})) as server:
        with pytest.raises(ConfigError, match=r"no reranker answers.*memory\.reranker_url"):
            await connect(settings(server)).rank("worker", TEXTS[:1], timeout_seconds=5)
    with pytest.raises(ModelUnavailable, match="does not answer"):
        await connect(EmbedderSettings(Path(), "http://127.0.0.1:9", "x")).rank("worker", TEXTS[:1], timeout_seconds=5)


async def test_scores_that_are_missing_are_not_made_up(connect: Connect) -> None:
    def fewer(method: str, path: str, body: object) -> tuple[int, object]:
        status, value = cohere(method, path, body)
        return status, {**value, "results": value["results"][:1]}

    async with json_server(fewer) as server:
        with pytest.raises(ModelUnavailable, match="scored 1 of 3"):
            await connect(settings(server)).rank("worker", TEXTS[:3], timeout_seconds=5)


async def test_a_text_that_no_form_takes_is_refused(connect: Connect) -> None:
    async with json_server(lambda method, path, body: (400, {"error": {"message": "query is too long"}})) as server:
        with pytest.raises(RefusedError, match="too long"):
            await connect(settings(server)).rank("worker", TEXTS[:1], timeout_seconds=5)
