"""React to an issue or pull request with one emoji; the forge itself keeps it single."""

from forgecrew.core.json import Json
from forgecrew.kernel.effects.context import EffectContext


async def execute(context: EffectContext, arguments: Json) -> Json:
    """{content} → {}."""
    await context.forge.issues.react(context.repo, context.number, str(arguments["content"]))
    return {}
