"""All parts of the check-up in order; one that breaks does not hide the others."""

from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import Path

from forgecrew.app.checkup import egress, forge, house, machine, memory, model, pages, plug_ins
from forgecrew.app.checkup.finding import Finding
from forgecrew.app.checkup.known import roles_of, secrets_of
from forgecrew.app.load_settings import load_settings
from forgecrew.core.errors import ConfigError


async def examine(home: Path) -> AsyncGenerator[Finding]:
    """Findings as they come."""
    async for finding in machine.programs():
        yield finding
    try:
        settings = load_settings(home)
    except ConfigError as error:
        fix = f"forgecrew init --home {home}" if "does not exist" in str(error) else "mend that line"
        yield Finding("house", "settings", "fail", str(error), fix)
        return
    yield Finding("house", "settings", "ok", str(settings.file))
    roles, secrets = roles_of(settings), secrets_of(settings)
    parts: list[tuple[str, AsyncIterator[Finding]]] = [
        ("house", house.secrets(settings)),
        ("house", house.database(settings)),
        ("house", house.disk(settings)),
        ("house", plug_ins.plug_ins(settings)),
        ("machine", machine.isolation(settings)),
        ("machine", egress.ways_out(settings, secrets)),
        ("memory", memory.embedder(settings)),
        ("memory", pages.pages(settings)),
        ("memory", memory.grammars(settings)),
        ("forge", forge.instance(settings, secrets)),
    ]
    async for finding in _guarded(parts):
        yield finding
        if finding.part == "forge" and finding.state == "fail":
            break
    else:
        rest: list[tuple[str, AsyncIterator[Finding]]] = [
            ("forge", forge.tokens(settings, secrets, roles)),
            ("forge", forge.webhooks(settings, secrets, roles)),
        ]
        async for finding in _guarded(rest):
            yield finding
    async for finding in _guarded([("model", model.models(settings, [role.name for role in roles]))]):
        yield finding


async def _guarded(parts: list[tuple[str, AsyncIterator[Finding]]]) -> AsyncGenerator[Finding]:
    for part, findings in parts:
        try:
            async for finding in findings:
                yield finding
        except Exception as error:  # a check-up that dies of what it looks at helps nobody
            yield Finding(part, "check", "fail", f"{type(error).__name__}: {error}", "tell the maintainers of forgecrew")
