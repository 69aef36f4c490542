"""One chat model per adapter, all answering from the same script."""

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from forgecrew.integrations.ollama import chat_model as ollama
from forgecrew.integrations.openai_compatible import chat_model as openai_compatible
from forgecrew.integrations.recorded import chat_model as recorded
from forgecrew.ports.chat_model import ChatModel
from forgecrew.ports.model_settings import ModelSettings
from tests.scripted_model import ScriptedModel, Turn, scripted_model

WINDOW = 4096


@dataclass
class Bench:
    """A model under test: `say` scripts its next answers, `asked` counts what reached it."""

    model: ChatModel
    say: Callable[..., None]
    asked: Callable[[], int]


@pytest.fixture(params=["openai_compatible", "ollama", "recorded"])
async def bench(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Bench]:
    if request.param == "recorded":
        yield _recorded(tmp_path)
        return
    async with scripted_model() as server:
        bench = _over_http(request.param, server)
        yield bench
        await bench.model.close()


def _over_http(kind: str, server: ScriptedModel) -> Bench:
    connect = {"openai_compatible": openai_compatible.connect, "ollama": ollama.connect}[kind]
    url = server.url + ("/v1" if kind == "openai_compatible" else "")
    settings = ModelSettings(url, "scripted", WINDOW, parallel=2)

    def say(*texts: str, role: str = "coder", purpose: str = "edit", schema: bool = False, finish: str = "stop") -> None:
        server.turns.extend(Turn(text, finish=finish) for text in texts)

    model = connect(settings)
    return Bench(model, say, lambda: len(server.requests))


def _recorded(folder: Path) -> Bench:
    path = folder / "answers.jsonl"
    path.touch()
    settings = ModelSettings(str(path), "recorded", WINDOW)

    def say(*texts: str, role: str = "coder", purpose: str = "edit", schema: bool = False, finish: str = "stop") -> None:
        with path.open("a") as file:
            for text in texts:
                line = {"role": role, "purpose": purpose, "schema": schema, "text": text, "finish": finish}
                file.write(json.dumps(line | {"prompt_tokens": 11, "output_tokens": 5}) + "\n")

    def asked() -> int:
        state = folder / "answers.jsonl.state"
        return len(state.read_text().splitlines()) if state.exists() else 0

    return Bench(recorded.connect(settings), say, asked)
