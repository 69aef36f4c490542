"""The play itself: the person opens and assigns an issue, and the crew is followed until its pull request is ready."""

import asyncio
import time
from dataclasses import dataclass

from forgecrew.app.demo.follow import Story
from forgecrew.app.demo.measure import ForgeFigures, on_the_forge
from forgecrew.app.demo.scene import REPO, Scene, issue
from forgecrew.app.demo.terminal import Terminal
from forgecrew.app.load_role import load_roles
from forgecrew.app.read_secrets import load_read_secrets
from forgecrew.core.errors import ForgecrewError
from forgecrew.store.database import Database

LOOK_SECONDS = 0.3


@dataclass(frozen=True, slots=True)
class Told:
    """How the play went."""

    found: ForgeFigures
    story: Story
    seconds: float


async def play(scene: Scene, terminal: Terminal, *, record: str, patience_seconds: float) -> Told:
    """Follow until the pull request is ready, nothing goes on, or patience ends."""
    await scene.start_crew(scene.home / "crew.log", record)
    await until_up(scene)
    login = load_read_secrets(scene.home).login_token
    terminal.places(f"{scene.forge_url}/{REPO}", f"{scene.settings.public_url}/login?token={login}")
    roles, _ = load_roles(scene.home)
    accounts = {name: role.account for name, role in roles.items()}
    database = Database(scene.settings.database_url, pool_size=1)
    began = time.monotonic()
    story = Story(database, terminal.say)
    try:
        opened = await scene.person.issues.create_issue(REPO, *issue())
        terminal.say("mira", "opens", f"issue #{opened.number}: {opened.title}")
        await asyncio.sleep(1)
        await scene.assign(opened.number, accounts["coder"])
        terminal.say("mira", "assigns", f"it to {accounts['coder']}")
        found = await until_ready(scene, story, opened.number, list(accounts.values()), began + patience_seconds)
    finally:
        await database.close()
    return Told(found, story, time.monotonic() - began)


async def until_ready(scene: Scene, story: Story, number: int, agents: list[str], deadline: float) -> ForgeFigures:
    """Follow until the pull request is ready; stops early when a run failed and nothing goes on any more."""
    quiet_since = time.monotonic()
    while True:
        idle = await story.look()
        found = await on_the_forge(scene.person, REPO, number, agents)
        if not idle:
            quiet_since = time.monotonic()
        if (found.ready and idle) or time.monotonic() > deadline:
            return found
        if story.failed and time.monotonic() - quiet_since > 5:
            return found
        if scene.crew is not None and scene.crew.returncode is not None:
            raise ForgecrewError(f"the crew stopped by itself: see {scene.home / 'crew.log'}")
        await asyncio.sleep(LOOK_SECONDS)


async def until_up(scene: Scene) -> None:
    """Wait for the crew's door to open."""
    host, port = scene.settings.server.host, scene.settings.server.port
    for _ in range(150):
        try:
            _, writer = await asyncio.open_connection(host, port)
        except OSError:
            if scene.crew is not None and scene.crew.returncode is not None:
                break
            await asyncio.sleep(0.2)
            continue
        writer.close()
        return
    log = scene.home / "crew.log"
    last = log.read_text("utf-8", "replace").strip()[-800:]
    raise ForgecrewError(f"the crew did not start; its last words (all of them: {log}):\n{last}")
