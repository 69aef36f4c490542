"""The window that Ollama is asked for, and prompts that it cuts."""

from dataclasses import replace

import pytest

from forgecrew.core.errors import ModelUnavailable
from forgecrew.core.message import Message, ModelRequest
from forgecrew.integrations.ollama.chat_model import Ollama
from forgecrew.ports.model_settings import ModelSettings
from tests.scripted_model import Turn, scripted_model


def request(characters: int, output: int = 500) -> ModelRequest:
    return ModelRequest((Message("user", "word " * (characters // 5)),), role="coder", purpose="edit", output_tokens_max=output)


async def test_the_window_follows_the_prompt_and_only_grows() -> None:
    async with scripted_model() as server:
        model = Ollama(ModelSettings(server.url, "scripted", 7000))
        for characters in (1000, 8000, 1000, 23_000):
            await model.complete(request(characters))
        asked = [body["options"]["num_ctx"] for body in server.requests]
        assert asked == [1024, 3072, 3072, 7000]
        assert {body["options"]["num_predict"] for body in server.requests} == {500}
        await model.close()


@pytest.mark.parametrize("capabilities", [("completion",), ("completion", "thinking")])
async def test_thinking_is_switched_off_where_there_is_a_switch(capabilities: tuple[str, ...]) -> None:
    async with scripted_model(capabilities=capabilities) as server:
        model = Ollama(ModelSettings(server.url, "scripted"))
        await model.complete(request(100))
        assert server.requests[0].get("think") == (False if "thinking" in capabilities else None)
        await model.close()


async def test_a_prompt_that_was_cut_is_noticed() -> None:
    async with scripted_model() as server:
        model = Ollama(ModelSettings(server.url, "scripted", 16_384))
        server.turns.append(Turn(prompt_tokens=2048))
        with pytest.raises(ModelUnavailable, match="read only 2048 tokens"):
            await model.complete(request(30_000))
        for _ in range(3):
            await model.complete(request(4000))
        server.turns.append(Turn(prompt_tokens=4096))
        with pytest.raises(ModelUnavailable, match="read only 4096 tokens"):
            await model.complete(request(30_000))
        server.turns.append(Turn(prompt_tokens=0))
        assert (await model.complete(replace(request(30_000), purpose="no count"))).prompt_tokens > 4096
        await model.close()
