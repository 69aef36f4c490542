"""How a preview is, as a status beside its commit, with the link to it; brought up to date until it has ended."""

from forgecrew.core.app import App, AppState
from forgecrew.core.commit_status import DESCRIPTION_CHARACTERS_MAX, CommitStatus
from forgecrew.core.json import Json
from forgecrew.kernel.effects.context import EffectContext
from forgecrew.store.queries import apps

CONTEXT = "forgecrew/preview"


async def execute(context: EffectContext, arguments: Json) -> Json:
    """{app_id, head_sha, open_url} → {state}. Tells how the app is now, whatever it was when this was proposed."""
    async with context.database.read() as connection:
        app = await apps.get(connection, str(arguments["app_id"]))
    wanted, sha = status_of(app, str(arguments["open_url"])), str(arguments["head_sha"])
    if wanted not in await context.forge.statuses.of(context.repo, sha):
        await context.forge.statuses.set(context.repo, sha, wanted)
    return {"state": wanted.state}


def status_of(app: App, open_url: str) -> CommitStatus:
    """What is said of an app. One that nobody uses is stopped and starts again by the next look, so it counts as there."""
    if app.state in (AppState.EXPIRED, AppState.REMOVED):
        return CommitStatus(CONTEXT, "success", "The preview has ended")
    if app.state is AppState.FAILED:
        words = f"The preview does not start: {' '.join(app.problem.split())}"
        return CommitStatus(CONTEXT, "failure", words[:DESCRIPTION_CHARACTERS_MAX], open_url)
    if app.ready_at is None:
        return CommitStatus(CONTEXT, "pending", "The preview is being started", open_url)
    return CommitStatus(CONTEXT, "success", "Open the preview", open_url)
