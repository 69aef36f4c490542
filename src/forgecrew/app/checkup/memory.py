"""Memory: whether texts get vectors, with which model, or whether words alone are searched."""

from collections.abc import AsyncGenerator

from forgecrew.app.checkup.finding import Finding
from forgecrew.app.connect_embedder import embedder_of
from forgecrew.app.settings import Settings
from forgecrew.core.errors import ForgecrewError

PART = "memory"
WORDS_ALONE = "memory searches by words alone"


async def grammars(_settings: Settings) -> AsyncGenerator[Finding]:
    """Whether code is read by its grammars; without one its lines are read."""
    from forgecrew.memory.code.grammars import LANGUAGES, missing

    if absent := missing():
        fix = "pip install " + " ".join(f"tree-sitter-{'typescript' if name == 'tsx' else name}" for name in absent)
        yield Finding(PART, "code", "warn", f"read line by line, as grammars are missing: {', '.join(absent)}", fix)
    else:
        yield Finding(PART, "code", "ok", f"grammars for {', '.join(LANGUAGES)}")


async def embedder(settings: Settings) -> AsyncGenerator[Finding]:
    """One finding; recall works either way."""
    name = settings.memory.embedder
    try:
        found = embedder_of(settings)
    except ForgecrewError as error:
        yield Finding(PART, name, "fail", str(error), f"mend [memory] in {settings.file}")
        return
    if found is None:
        yield Finding(PART, "embedder", "ok", f'{WORDS_ALONE}: memory.embedder is "none"')
        return
    try:
        profile = await found.profile()
    except ForgecrewError as error:
        yield Finding(PART, name, "warn", f"{WORDS_ALONE}: {error}", "forgecrew models install")
        return
    finally:
        await found.close()
    yield Finding(PART, name, "ok", f"{profile.model_id}, {profile.dimension} numbers, {profile.tokens_max} tokens a text")
