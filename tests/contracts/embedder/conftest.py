"""One embedder per adapter; the local model only where it is installed."""

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from forgecrew.integrations.minilm import embedder as minilm
from forgecrew.integrations.ollama import embedder as ollama
from forgecrew.integrations.openai_compatible import embedder as openai_compatible
from forgecrew.ports.embedder import Embedder, EmbedderSettings
from tests.json_server import JsonServer, json_server

from .servers import MODEL, Brain

FOLDER = Path(os.environ.get("FORGECREW_TEST_MINILM") or Path.home() / ".config/forgecrew/models/minilm")


@dataclass
class Served:
    """An embedder with the server behind it."""

    kind: str
    brain: Brain
    server: JsonServer
    settings: EmbedderSettings
    made: list[Embedder] = field(default_factory=list)

    def connect(self, **changes: object) -> Embedder:
        module = {"openai_compatible": openai_compatible, "ollama": ollama}[self.kind]
        self.made.append(module.connect(replace(self.settings, **changes)))  # type: ignore[arg-type]
        return self.made[-1]


@pytest.fixture(params=["openai_compatible", "ollama"])
async def served(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Served]:
    brain, kind = Brain(), request.param
    async with json_server(brain.openai if kind == "openai_compatible" else brain.ollama) as server:
        url = server.url + ("/v1" if kind == "openai_compatible" else "")
        bench = Served(kind, brain, server, EmbedderSettings(tmp_path, url, MODEL, timeout_seconds=10.0))
        yield bench
        for embedder in bench.made:
            await embedder.close()


@pytest.fixture(params=["openai_compatible", "ollama", "minilm"])
async def embedder(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Embedder]:
    if request.param == "minilm":
        if not (FOLDER / "model.safetensors").is_file():
            pytest.skip(f"no embedding model in {FOLDER}; `forgecrew models install`")
        made = minilm.connect(EmbedderSettings(FOLDER))
        yield made
        await made.close()
        return
    brain, kind = Brain(), request.param
    async with json_server(brain.openai if kind == "openai_compatible" else brain.ollama) as server:
        url = server.url + ("/v1" if kind == "openai_compatible" else "")
        module = {"openai_compatible": openai_compatible, "ollama": ollama}[kind]
        made = module.connect(EmbedderSettings(tmp_path, url, MODEL))
        yield made
        await made.close()
