"""Both HTTP adapters against a server that fails in every way we know."""

import asyncio
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from forgecrew.agents import schema
from forgecrew.core.errors import ConfigError, ModelUnavailable, RefusedError
from forgecrew.core.message import Message, ModelRequest
from forgecrew.integrations.ollama.chat_model import Ollama
from forgecrew.integrations.openai_compatible.chat_model import OpenAICompatible
from forgecrew.ports.model_settings import ModelSettings
from tests.scripted_model import ScriptedModel, Turn, scripted_model

REQUEST = ModelRequest((Message("user", "do it"),), role="coder", purpose="edit", output_tokens_max=100)
FORM = schema.flat("Readiness", verdict=schema.one_of("ready", "not_ready"))


@dataclass
class Pair:
    """An adapter class with the server that it speaks to."""

    kind: type[OpenAICompatible] | type[Ollama]
    server: ScriptedModel
    made: list[OpenAICompatible | Ollama]

    def connect(self, **fields: Any) -> OpenAICompatible | Ollama:
        chunk_seconds = fields.pop("chunk_seconds", 5.0)
        url = self.server.url + ("/v1" if self.kind is OpenAICompatible else "")
        settings = replace(ModelSettings(url, "scripted", 8192, timeout_seconds=20), **fields)
        self.made.append(self.kind(settings, chunk_seconds))
        return self.made[-1]


@pytest.fixture(params=[OpenAICompatible, Ollama])
async def pair(request: pytest.FixtureRequest) -> AsyncIterator[Pair]:
    async with scripted_model() as server:
        both = Pair(request.param, server, [])
        yield both
        for model in both.made:
            await model.close()


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, RefusedError), (404, RefusedError), (413, RefusedError), (422, RefusedError), (401, ConfigError),
        (403, ConfigError), (429, ModelUnavailable), (500, ModelUnavailable), (503, ModelUnavailable),
        (504, ModelUnavailable), (302, ConfigError),
    ],
)  # fmt: skip
async def test_what_a_status_means(pair: Pair, status: int, error: type[Exception]) -> None:
    pair.server.turns.append(Turn(status=status, message="the grammar is wrong"))
    with pytest.raises(error, match="the grammar is wrong"):
        await pair.connect().complete(REQUEST)
    assert (await pair.connect().complete(REQUEST)).text == "hello"


@pytest.mark.parametrize("fault", ["nonsense", "broken", "error"])
async def test_a_faulty_stream_is_retried_later(pair: Pair, fault: str) -> None:
    pair.server.turns.append(Turn("a long answer that breaks", fault=fault))
    with pytest.raises(ModelUnavailable):
        await pair.connect().complete(REQUEST)
    assert (await pair.connect().complete(REQUEST)).text == "hello"


async def test_a_server_that_does_not_stream(pair: Pair) -> None:
    pair.server.turns.append(Turn("<think>hm</think>\nall at once", fault="whole", prompt_tokens=5))
    pieces: list[str] = []
    reply = await pair.connect().complete(REQUEST, pieces.append)
    assert reply.text == "all at once"
    assert "".join(pieces) == "all at once"


async def test_silence_inside_an_answer_ends_it(pair: Pair) -> None:
    pair.server.turns.append(Turn("an answer that never ends", pause_seconds=60))
    with pytest.raises(ModelUnavailable, match="broke off"):
        await pair.connect(chunk_seconds=0.2).complete(REQUEST)


async def test_the_whole_call_has_an_end(pair: Pair) -> None:
    pair.server.turns.append(Turn("slow", fault="whole", pause_seconds=60))
    with pytest.raises(ModelUnavailable, match="did not answer"):
        await pair.connect().complete(replace(REQUEST, timeout_seconds=0.3))


async def test_the_first_word_may_take_longer_than_the_next(pair: Pair) -> None:
    pair.server.turns.append(Turn("slow", fault="whole", pause_seconds=0.5))
    assert (await pair.connect(chunk_seconds=0.1).complete(REQUEST)).text == "slow"


async def test_a_server_that_is_not_there(pair: Pair) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        model = pair.connect(url=f"http://127.0.0.1:{taken.getsockname()[1]}/v1")
        with pytest.raises(ModelUnavailable):
            await model.complete(REQUEST)
        with pytest.raises(ModelUnavailable):
            await model.profile()


async def test_a_cancelled_call_gives_its_place_back(pair: Pair) -> None:
    pair.server.turns.append(Turn("slow", pause_seconds=60))
    model = pair.connect()
    await model.profile()
    call = asyncio.create_task(model.complete(REQUEST))
    while not pair.server.requests:
        await asyncio.sleep(0.01)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert (await asyncio.wait_for(model.complete(REQUEST), 10)).text == "hello"


@pytest.mark.parametrize("parallel", [1, 3])
async def test_requests_in_flight_are_bounded_per_server(pair: Pair, parallel: int) -> None:
    pair.server.turns.extend(Turn("x" * 20, pause_seconds=0.02) for _ in range(12))
    models = [pair.connect(parallel=parallel) for _ in range(2)]
    await asyncio.gather(*(models[number % 2].complete(REQUEST) for number in range(12)))
    assert pair.server.in_flight_most == parallel


async def test_the_key_is_sent_only_when_there_is_one(pair: Pair) -> None:
    await pair.connect().complete(REQUEST)
    assert all("authorization" not in headers for headers in pair.server.headers)
    pair.server.api_key = "s3cret"
    assert (await pair.connect(api_key="s3cret").complete(REQUEST)).text == "hello"
    with pytest.raises(ConfigError, match="API key"):
        await pair.connect(api_key="wrong").complete(REQUEST)


async def test_a_model_that_is_absent_is_told_with_what_is_there(pair: Pair) -> None:
    with pytest.raises(ConfigError, match=r"'absent'.*other"):
        await pair.connect(name="absent").profile()


async def test_the_smaller_window_counts(pair: Pair) -> None:
    pair.server.window = 2048
    assert (await pair.connect().profile()).window == 2048
    assert (await pair.connect(window=1024).profile()).window == 1024


@pytest.mark.parametrize("url", ["", "localhost:8000", "ftp://x"])
def test_a_wrong_url_is_told_at_once(url: str) -> None:
    for kind in (OpenAICompatible, Ollama):
        with pytest.raises(ConfigError, match="http://"):
            kind(ModelSettings(url, "x"))


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("<think>secret</think>\n\nanswer", "answer"),
        ("\n<thinking>a</thinking><think>b</think>answer", "answer"),
        ("cut by the server</think>\nanswer", "answer"),
        ("<think>never ends", ""),
        ("code with <think> and </think> in it", "code with <think> and </think> in it"),
        ("<thinly", "<thinly"),
    ],
)
async def test_thinking_is_removed(pair: Pair, raw: str, text: str) -> None:
    pair.server.turns.append(Turn(raw))
    pieces: list[str] = []
    assert (await pair.connect().complete(REQUEST, pieces.append)).text == text
    if not raw.startswith("cut"):
        assert "".join(pieces) == text


async def test_density_is_learned_on_the_safe_side(pair: Pair) -> None:
    model = pair.connect()
    request = replace(REQUEST, messages=(Message("user", "x" * 1970),))
    pair.server.turns.append(Turn(prompt_tokens=1000))
    await model.complete(request)
    assert (await model.profile()).characters_per_token == pytest.approx(2.0, abs=0.01)
    model = pair.connect()
    pair.server.turns.extend(Turn(prompt_tokens=400) for _ in range(7))
    for _ in range(7):
        await model.complete(request)
        assert (await model.profile()).characters_per_token == 3.6
    pair.server.turns.append(Turn(prompt_tokens=420))
    await model.complete(request)
    assert (await model.profile()).characters_per_token == pytest.approx(2000 / 420, abs=0.01)


async def test_the_form_is_sent_to_the_server(pair: Pair) -> None:
    await pair.connect().complete(replace(REQUEST, schema=FORM))
    body = pair.server.requests[-1]
    if pair.kind is Ollama:
        assert body["format"] == FORM
    else:
        assert body["response_format"]["json_schema"]["schema"] == FORM
        assert body["max_tokens"] == 100
        assert body["stream_options"] == {"include_usage": True}
