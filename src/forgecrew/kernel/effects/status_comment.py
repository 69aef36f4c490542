"""Keep the one status comment of a task up to date: made once, then edited in place."""

import contextlib

from forgecrew.core.errors import NotFound
from forgecrew.core.json import Json
from forgecrew.kernel.effects.context import EffectContext
from forgecrew.kernel.effects.marker import find_comment, marked


async def execute(context: EffectContext, arguments: Json) -> Json:
    """{task_id, body} → {comment_id}, or {superseded_by} without writing when a newer text is on its way."""
    if newer := await context.newer():
        return {"superseded_by": newer}
    marker = f"status:{int(arguments['task_id'])}"
    body = marked(str(arguments["body"]), marker)
    found = await context.look(lambda: find_comment(context, marker))
    if found is not None and found.body.strip() == body:
        return {"comment_id": found.id}
    if found is not None:
        with contextlib.suppress(NotFound):  # somebody deleted it a moment ago: write a new one
            return {"comment_id": (await context.forge.issues.edit_comment(context.repo, found.id, body)).id}
    return {"comment_id": (await context.forge.issues.comment(context.repo, context.number, body)).id}
