"""What embedders behind a server do beyond that: limits, faults, prefixes, another model under the same name."""

import logging

import numpy as np
import pytest

from forgecrew.core.errors import ConfigError, ModelUnavailable

from .conftest import Served
from .servers import MODEL


async def test_dimension_and_length_are_asked_of_the_server(served: Served) -> None:
    profile = await served.connect().profile()
    assert (profile.model_id, profile.dimension, profile.tokens_max, profile.word_dimension) == (MODEL, 48, 1000, 0)
    assert (await served.connect(tokens_max=200).profile()).tokens_max == 200


async def test_another_dimension_is_refused(served: Served) -> None:
    embedder = served.connect()
    await embedder.embed(["first"])
    served.brain.dimension = 64
    with pytest.raises(ConfigError, match=r"vectors of 64 numbers now, and gave 48 before.*stay as they are"):
        await embedder.embed(["second"])
    served.brain.dimension = 48
    assert (await embedder.embed(["third"])).shape == (1, 48)


async def test_prefixes_are_sent_and_named(served: Served) -> None:
    embedder = served.connect(query_prefix="query: ", passage_prefix="passage: ")
    await embedder.embed(["what"], query=True)
    await embedder.embed(["that"])
    inputs = [body["input"] for _, body in served.server.asked if body and "input" in body]
    assert inputs[-2:] == [["query: what"], ["passage: that"]]
    assert (await embedder.profile()).model_id.startswith(f"{MODEL}+")


async def test_batches_and_texts_that_are_too_large_are_halved(served: Served, caplog: pytest.LogCaptureFixture) -> None:
    served.brain.batch_max, served.brain.characters_max = 5, 300
    embedder = served.connect()
    with caplog.at_level(logging.WARNING):
        rows = await embedder.embed(["short words", "long " * 200, *(f"word{at}" for at in range(20))])
    assert np.allclose(rows[0], (await embedder.embed(["short words"]))[0])
    assert "first half" in caplog.text and len(rows) == 22


async def test_too_long_told_as_a_fault_of_the_server(served: Served) -> None:
    served.brain.characters_max = 100
    served.brain.too_long = (500, "input is too large to process. increase the physical batch size")
    assert (await served.connect().embed(["word " * 100])).shape == (1, 48)


async def test_cutting_by_the_length_of_the_model_is_told(served: Served, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        await served.connect(tokens_max=10).embed(["word " * 100, "short"])
    assert "1 texts are longer than the 10 tokens" in caplog.text
    assert [len(text) for text in served.server.asked[-1][1]["input"]] == [40, 5]


async def test_an_unknown_model_is_a_matter_of_settings(served: Served) -> None:
    with pytest.raises(ConfigError, match=r"memory\.name"):
        await served.connect(name="other").profile()


async def test_a_wrong_key_is_a_matter_of_settings(served: Served) -> None:
    served.server.api_key = "right"
    with pytest.raises(ConfigError, match=r"memory\.api_key_env"):
        await served.connect(api_key="wrong").profile()
    assert (await served.connect(api_key="right").embed(["x"])).shape == (1, 48)


async def test_a_server_that_is_slow_or_away_may_be_tried_later(served: Served) -> None:
    embedder = served.connect(timeout_seconds=0.1)
    await embedder.profile()
    served.server.pause_seconds = 2.0
    with pytest.raises(ModelUnavailable, match=r"within 0\.1 s"):
        await embedder.embed(["x"])
    with pytest.raises(ModelUnavailable, match="does not answer"):
        await served.connect(url="http://127.0.0.1:9").profile()


async def test_vectors_that_are_none_are_refused(served: Served) -> None:
    embedder = served.connect()
    await embedder.profile()
    served.brain.row = lambda text: [0.0] * 48  # type: ignore[method-assign]
    with pytest.raises(ModelUnavailable, match="no direction"):
        await embedder.embed(["x"])


async def test_tokens_are_counted(served: Served) -> None:
    embedder = served.connect()
    await embedder.embed(["one two three"])
    assert embedder.tokens_used == 4  # type: ignore[attr-defined]


def test_an_address_without_a_scheme_is_refused(served: Served) -> None:
    with pytest.raises(ConfigError, match=r"memory\.url"):
        served.connect(url="localhost:1234")
