"""API keys come from variables that the settings name."""

import pytest

from forgecrew.app.api_key import api_key
from forgecrew.app.sections.model import ModelChoice
from forgecrew.core.errors import ConfigError


def test_api_key_comes_from_the_named_variable() -> None:
    choice = ModelChoice(api_key_env="MY_KEY")
    assert api_key(choice, {"MY_KEY": "k"}) == "k"
    with pytest.raises(ConfigError, match="MY_KEY"):
        api_key(choice, {})


def test_a_server_without_a_key_needs_none() -> None:
    assert api_key(ModelChoice(), {}) == ""
