"""Reranking servers in the forms that their makers document.

llama.cpp: POST /v1/rerank, `{"model", "object", "usage", "results": [{"index", "relevance_score"}]}` with raw scores
(ggml-org/llama.cpp#9510, #8555; the model must be started with --rerank). LiteLLM and Cohere: `/rerank`, `{"id", "results":
[{"index", "relevance_score", "document"}], "meta"}`, best first (https://docs.litellm.ai/docs/rerank). Text Embeddings
Inference: `/rerank` with `texts`, a list of `{"index", "score"}`, best first; 422 for another form, 413 above 32 texts
(https://huggingface.github.io/text-embeddings-inference/).
"""

from typing import Any

from tests.json_server import Answer


def relevance(query: str, text: str) -> float:
    asked = set(query.lower().split())
    return len(asked & set(text.lower().split())) / len(asked)


def llama(method: str, path: str, body: Any) -> Answer:
    if path not in ("/v1/rerank", "/rerank", "/reranking", "/v1/reranking"):
        return 404, {"error": {"code": 404, "message": "File Not Found", "type": "not_found_error"}}
    if "documents" not in body:
        return 400, {"error": {"code": 400, "message": '"documents" must be provided', "type": "invalid_request_error"}}
    results = [
        {"index": at, "relevance_score": 20 * relevance(body["query"], one) - 10} for at, one in enumerate(body["documents"])
    ]
    return 200, {"model": body["model"], "object": "list", "usage": {"prompt_tokens": 9, "total_tokens": 9}, "results": results}


def cohere(method: str, path: str, body: Any) -> Answer:
    if path not in ("/rerank", "/v1/rerank", "/v2/rerank"):
        return 404, {"detail": "Not Found"}
    if not body.get("model") or "documents" not in body:
        return 422, {"detail": [{"msg": "Field required", "loc": ["body", "documents"]}]}
    scored = [{"index": at, "relevance_score": relevance(body["query"], one), "document": {"text": one}}
              for at, one in enumerate(body["documents"])]  # fmt: skip
    best = sorted(scored, key=lambda one: -one["relevance_score"])
    return 200, {"id": "0-0", "results": best[: body.get("top_n", 3)], "meta": {"billed_units": {"search_units": 1}}}


def tei(method: str, path: str, body: Any) -> Answer:
    if path != "/rerank":
        return 404, {"error": "not found"}
    if "texts" not in body:
        return 422, {
            "error": "Failed to deserialize the JSON body into the target type: missing field `texts`",
            "error_type": "x",
        }
    if len(body["texts"]) > 32:
        return 413, {"error": f"batch size {len(body['texts'])} > maximum allowed batch size 32", "error_type": "Validation"}
    scored = [{"index": at, "score": relevance(body["query"], one)} for at, one in enumerate(body["texts"])]
    return 200, sorted(scored, key=lambda one: -one["score"])


FORMS = {"llama": (llama, "/v1"), "cohere": (cohere, ""), "cohere v2": (cohere, "/v2"), "tei": (tei, "")}
"""Answers, and the path of the base that people set."""
