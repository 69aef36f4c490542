"""Host what a task's workspace holds, for people to look at; a later round gives the same app its new files."""

from forgecrew.core.app import App
from forgecrew.core.json import Json
from forgecrew.kernel.effects.context import EffectContext
from forgecrew.store.queries import apps


async def execute(context: EffectContext, arguments: Json) -> Json:
    """{files_sha256, title, of_one_max, ttl_seconds, idle_seconds, head_sha, url} → {id, name}. Raises RefusedError, NotFound.

    `head_sha` and `url` are for whoever tells the forge how the app is (kernel/preview_statuses.py).
    """
    task_id, files = context.intent.task_id, await context.read_bytes(str(arguments["files_sha256"]))
    async with context.database.write() as connection:
        app = await apps.of_task(connection, task_id)
        if app is None:
            wanted = App(
                id="", name="", title=str(arguments["title"]), owner=context.intent.agent, files_sha256="",
                repo=str(context.repo), task_id=task_id, ttl_seconds=int(arguments["ttl_seconds"]),
                idle_seconds=int(arguments["idle_seconds"]),
            )  # fmt: skip
            app = await apps.ask(connection, wanted, files, of_one_max=int(arguments["of_one_max"]))
        elif app.files_sha256 != arguments["files_sha256"]:
            app = await apps.replace_files(connection, app.id, files)
    return {"id": app.id, "name": app.name}
