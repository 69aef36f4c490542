"""Each model in use: whether its server answers, and what it can do."""

from collections.abc import AsyncGenerator

from forgecrew.app.checkup.finding import Finding
from forgecrew.app.connect_model import model_of
from forgecrew.app.sections.model import ModelChoice
from forgecrew.app.settings import Settings
from forgecrew.core.errors import ConfigError, ForgecrewError

PART = "model"


async def models(settings: Settings, roles: list[str]) -> AsyncGenerator[Finding]:
    """One finding per different model; its server is asked at most once."""
    asked: dict[ModelChoice, list[str]] = {}
    for role in roles:
        asked.setdefault(settings.model_of(role), []).append(role)
    for choice, users in asked.items():
        yield await _model(settings, choice, users)


async def _model(settings: Settings, choice: ModelChoice, users: list[str]) -> Finding:
    name = choice.name or "(no name)"
    fix = f"check [model] in {settings.file}, and that its server runs"
    try:
        model = model_of(settings, users[0])
    except ConfigError as error:
        return Finding(PART, name, "fail", str(error), fix)
    try:
        found = await model.profile()
    except ForgecrewError as error:
        return Finding(PART, name, "fail", str(error), fix)
    finally:
        await model.close()
    facts = f"window {found.window}, {found.characters_per_token:.1f} characters per token, "
    facts += "schemas enforced" if found.schema_enforced else "schemas asked for only"
    if found.window < choice.window:
        detail = f"{facts}: smaller than the window of {choice.window} in the settings"
        return Finding(PART, name, "warn", detail, f"set model.window = {found.window}")
    return Finding(PART, name, "ok", f"{facts} ({', '.join(users)})")
