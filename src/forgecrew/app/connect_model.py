"""The models that roles think with, by settings."""

from pathlib import Path

from forgecrew.app.adapters import chosen
from forgecrew.app.api_key import api_key
from forgecrew.app.settings import Settings
from forgecrew.core.errors import ConfigError
from forgecrew.integrations.recorded.recorder import record
from forgecrew.ports.chat_model import ChatModel
from forgecrew.ports.model_settings import ModelSettings


def model_of(settings: Settings, role: str = "") -> ChatModel:
    """The model that a role thinks with (no I/O yet)."""
    choice = settings.model_of(role)
    where = f"model.roles.{role}" if role in settings.model_roles else "model"
    for key, value in (("url", choice.url), ("name", choice.name)):
        if not value:
            raise ConfigError(f"{settings.file}: {where}.{key} is missing; `forgecrew init` asks for it")
    wanted = ModelSettings(
        url=choice.url, name=choice.name, window=choice.window, api_key=api_key(choice), parallel=choice.parallel,
        timeout_seconds=choice.timeout_seconds,
    )  # fmt: skip
    model: ChatModel = chosen(settings.file, "chat_model", f"{where}.kind", choice.kind).connect(wanted)
    return record(model, Path(choice.record)) if choice.record else model
