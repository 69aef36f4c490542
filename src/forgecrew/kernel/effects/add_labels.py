"""Add labels to an issue, out of those that its repository offers."""

from forgecrew.core.errors import RefusedError
from forgecrew.core.json import Json
from forgecrew.kernel.effects.context import EffectContext


async def execute(context: EffectContext, arguments: Json) -> Json:
    """{names} → {}."""
    names = [str(name) for name in arguments["names"]]
    offered = {label.name for label in await context.forge.issues.labels(context.repo)}
    unknown = sorted(set(names) - offered)
    if unknown:
        raise RefusedError(
            f"{context.repo} offers no label {', '.join(unknown)}; it has {', '.join(sorted(offered)) or 'none'}"
        )
    present = (await context.forge.issues.issue(context.repo, context.number)).labels
    missing = [name for name in names if name not in present]
    if missing:
        await context.forge.issues.add_labels(context.repo, context.number, missing)
    return {}
