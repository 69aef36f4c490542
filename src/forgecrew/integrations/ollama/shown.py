"""What an Ollama server tells of a model: whether it has it, how long its window is, whether its thinking can be switched."""

from forgecrew.core.errors import ConfigError, RefusedError
from forgecrew.core.json import Json, as_list, as_object
from forgecrew.core.model_profile import ModelProfile
from forgecrew.ports.model_settings import ModelSettings
from forgecrew.transport.model_http import ModelHttp


async def read_profile(http: ModelHttp, settings: ModelSettings) -> ModelProfile:
    """The smaller of the set window and the model's own. Raises ConfigError for a model that the server does not have."""
    await _check_name(http, settings.name)
    fields = await _shown(http, settings.name)
    info = as_object(fields.get("model_info"))
    lengths = [value for key, value in info.items() if key.endswith(".context_length") and isinstance(value, int) and value > 0]
    return ModelProfile(
        server=http.url,
        name=settings.name,
        window=min([settings.window, *lengths]),
        thinking_switch="thinking" in as_list(fields.get("capabilities")),
    )


async def _check_name(http: ModelHttp, wanted: str) -> None:
    try:
        answer = await http.get("/api/tags")
    except RefusedError as error:
        raise ConfigError(f"{error}. model.url must be the address of an Ollama server") from None
    models = [as_object(model) for model in as_list(as_object(answer).get("models"))]
    names = {str(model[key]) for model in models for key in ("name", "model") if model.get(key)}
    if wanted not in names and f"{wanted}:latest" not in names:
        has = ", ".join(sorted(names)[:20]) or "none"
        raise ConfigError(f"{http.url} has no model {wanted!r}; it has: {has}. Set model.name, or: ollama pull {wanted}")


async def _shown(http: ModelHttp, name: str) -> Json:
    """What the server tells about the model; servers that only speak like Ollama may tell nothing."""
    try:
        return as_object(await http.post("/api/show", {"model": name}))
    except RefusedError:
        return {}
