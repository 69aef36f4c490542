"""Embedding servers in the forms that their makers document.

OpenAI: https://platform.openai.com/docs/api-reference/embeddings/create; vLLM and TEI speak the same, and tell what is too
long by 400 and 413 (https://huggingface.github.io/text-embeddings-inference/), llama.cpp by 500 "input is too large to process.
increase the physical batch size" (ggml-org/llama.cpp, tools/server). Ollama: https://docs.ollama.com/api/embed.
"""

import zlib
from dataclasses import dataclass, field
from typing import Any

from tests.json_server import Answer

MODEL = "bge-tiny"


@dataclass
class Brain:
    """What stands behind both APIs: words hashed to directions. Mutable, so that a test can swap the model under its name."""

    dimension: int = 48
    characters_max: int = 4000
    batch_max: int = 32
    too_long: tuple[int, str] = (400, "This model's maximum context length is exceeded")
    told: dict[str, Any] = field(default_factory=lambda: {"max_model_len": 1000})

    def row(self, text: str) -> list[float]:
        row = [0.0] * self.dimension
        for word in text.lower().split():
            row[zlib.crc32(word.encode()) % self.dimension] += 3.0
        return row if any(row) else [1.0, *row[1:]]

    def refusal(self, texts: list[str]) -> Answer | None:
        if len(texts) > self.batch_max:
            return 422, {"error": f"batch size {len(texts)} > maximum allowed batch size {self.batch_max}"}
        if any(len(text) > self.characters_max for text in texts):
            status, message = self.too_long
            return status, {"error": {"message": message}}
        return None

    def openai(self, method: str, path: str, body: Any) -> Answer:
        if (method, path) == ("GET", "/v1/models"):
            return 200, {"object": "list", "data": [{"id": MODEL, "object": "model", **self.told}]}
        if (method, path) != ("POST", "/v1/embeddings") or body["model"] != MODEL:
            return 404, {"error": {"message": "no such path or model"}}
        if refused := self.refusal(body["input"]):
            return refused
        data = [{"object": "embedding", "index": at, "embedding": self.row(text)} for at, text in enumerate(body["input"])]
        usage = {"prompt_tokens": sum(len(text.split()) for text in body["input"]), "total_tokens": 0}
        return 200, {"object": "list", "data": data[::-1], "model": MODEL, "usage": usage}

    def ollama(self, method: str, path: str, body: Any) -> Answer:
        if method != "POST" or path not in ("/api/embed", "/api/show"):
            return 404, {"error": "not found"}
        if body["model"] != MODEL:
            return 404, {"error": f"model {body['model']!r} not found, try pulling it first"}
        if path == "/api/show":
            return 200, {"model_info": {"bert.context_length": self.told.get("max_model_len", 512)}}
        texts = body["input"]
        if not body["truncate"] and (refused := self.refusal(texts)):
            return refused
        counted = sum(len(text.split()) for text in texts)
        return 200, {"model": MODEL, "embeddings": [self.row(text) for text in texts], "prompt_eval_count": counted}
