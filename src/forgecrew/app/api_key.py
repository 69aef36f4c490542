"""The API key of a model's server, from the environment variable that its section names."""

import os
from collections.abc import Mapping

from forgecrew.app.sections.memory import MemorySettings
from forgecrew.app.sections.model import ModelChoice
from forgecrew.core.errors import ConfigError


def api_key(choice: ModelChoice | MemorySettings, environ: Mapping[str, str] = os.environ, *, prefix: str = "model.") -> str:
    """The key, empty when it needs none. Raises ConfigError, which names its setting, when its variable is not set."""
    if not choice.api_key_env:
        return ""
    if choice.api_key_env not in environ:
        raise ConfigError(f"the environment variable {choice.api_key_env} ({prefix}api_key_env) is not set: export it first")
    return environ[choice.api_key_env]
