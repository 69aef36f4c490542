"""Write one comment, once."""

from forgecrew.core.json import Json
from forgecrew.kernel.effects.context import EffectContext
from forgecrew.kernel.effects.marker import find_comment, marked


async def execute(context: EffectContext, arguments: Json) -> Json:
    """{body, marker} → {comment_id}."""
    marker = str(arguments["marker"])
    found = await context.look(lambda: find_comment(context, marker))
    if found is None:
        found = await context.forge.issues.comment(context.repo, context.number, marked(str(arguments["body"]), marker))
    return {"comment_id": found.id}
