"""Open a draft pull request for a branch of the agent's own; the forge allows one per pair of branches."""

from forgecrew.core.errors import RefusedError
from forgecrew.core.json import Json
from forgecrew.core.pull_request import DRAFT_PREFIX
from forgecrew.guard.calls import closes_only
from forgecrew.kernel.effects.context import EffectContext


async def execute(context: EffectContext, arguments: Json) -> Json:
    """{head, base, title, body} → {number, html_url}. A title that is no draft's becomes one."""
    head, base, title = str(arguments["head"]), str(arguments["base"]), str(arguments["title"])
    if head not in {str(done.intent.arguments.get("branch")) for done in await context.done_before("push_branch")}:
        raise RefusedError(f"{context.intent.agent} pushed no branch {head}: agents open pull requests for their own work only")
    found = await context.forge.pulls.find_pull(context.repo, head=head, base=base)
    if found is None:
        draft = title if title.upper().startswith(("WIP:", "[WIP]")) else DRAFT_PREFIX + title
        body = closes_only(str(arguments["body"]), context.number)
        try:
            found = await context.forge.pulls.open_pull(context.repo, head=head, base=base, title=draft, body=body)
        except RefusedError:  # perhaps because an earlier try, of which we never heard the end, came through a moment ago
            found = await context.forge.pulls.find_pull(context.repo, head=head, base=base)
            if found is None:
                raise
    return {"number": found.number, "html_url": found.html_url}
