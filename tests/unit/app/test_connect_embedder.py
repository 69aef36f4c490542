"""Embedders and rerankers are chosen by [memory]."""

from pathlib import Path

import pytest

from forgecrew.app.connect_embedder import embedder_of, reranker_of
from forgecrew.app.parse_settings import parse_settings
from forgecrew.app.settings import Settings
from forgecrew.core.errors import ConfigError


def settings(**memory: object) -> Settings:
    return parse_settings({"memory": memory}, Path("/nowhere"), Path("/nowhere/forgecrew.toml"), {})


async def test_servers_and_nothing() -> None:
    for kind in ("ollama", "openai_compatible"):
        found = embedder_of(settings(embedder=kind, url="http://127.0.0.1:9", name="m", query_prefix="query: ", tokens_max=100))
        assert found is not None
        await found.close()
    assert embedder_of(settings(embedder="none")) is None
    assert reranker_of(settings()) is None
    reranker = reranker_of(settings(reranker="openai_compatible", reranker_url="http://127.0.0.1:9/v1"))
    assert reranker is not None
    await reranker.close()


def test_what_is_wrong_is_named() -> None:
    with pytest.raises(ConfigError, match=r"memory\.reranker is 'openai'; allowed are openai_compatible"):
        reranker_of(settings(reranker="openai"))
    with pytest.raises(ConfigError, match=r"memory\.reranker_url is ''"):
        reranker_of(settings(reranker="openai_compatible"))
    with pytest.raises(ConfigError, match=r"memory\.url is ''"):
        embedder_of(settings(embedder="ollama"))
    with pytest.raises(ConfigError, match=r"NO_SUCH_KEY \(memory\.reranker_api_key_env\)"):
        reranker_of(settings(reranker="openai_compatible", reranker_api_key_env="NO_SUCH_KEY"))
