"""The demo from the first line to the last: scene, issue, the crew at work, and what came of it."""

import asyncio
import json
import shutil
import signal
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from forgecrew.app.demo.follow import Story
from forgecrew.app.demo.measure import ForgeFigures, check_tests, on_the_forge
from forgecrew.app.demo.scene import REPO, ModelAnswers, Scene, issue, set_scene
from forgecrew.app.demo.terminal import Terminal
from forgecrew.app.load_role import load_roles
from forgecrew.app.read_secrets import load_read_secrets
from forgecrew.core.errors import ForgecrewError
from forgecrew.store.database import Database

LOOK_SECONDS = 0.3
PATIENCE_SECONDS = 300.0
MODEL_PATIENCE_SECONDS = 6 * 3600.0
INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the person at the shell asked for."""

    model: ModelAnswers
    once: bool = False
    as_json: bool = False
    record: str = ""
    keep: str = ""
    port: int = 0

    @property
    def patience_seconds(self) -> float:
        """How long the whole job may take: a recording is fast, a real model thinks."""
        return PATIENCE_SECONDS if self.model.kind == "recorded" else MODEL_PATIENCE_SECONDS


async def run_demo(wishes: Wishes) -> int:
    """Exit status: 0 when the pull request is ready, approved, and its tests pass; 130 when it was interrupted before."""
    terminal = Terminal()
    terminal.begin(wishes.model.name, wishes.model.url)
    showing = asyncio.create_task(show(wishes, terminal))

    def stop() -> None:
        # Once only: whoever is impatient must not leave processes behind.
        for number in stops:
            loop.remove_signal_handler(number)
            signal.signal(number, signal.SIG_IGN)
        terminal.console.print("\nstopping …", style="dim")
        showing.cancel()

    loop, stops = asyncio.get_running_loop(), (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    for number in stops:
        loop.add_signal_handler(number, stop)
    try:
        return await showing
    except asyncio.CancelledError:
        return INTERRUPTED


async def show(wishes: Wishes, terminal: Terminal) -> int:
    """Everything between begin and end; what was started is stopped, and the folder goes unless it is asked for."""
    home = Path(wishes.keep or tempfile.mkdtemp(prefix="forgecrew-demo-")).resolve()
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    needed = bool(wishes.keep)
    scene: Scene | None = None
    try:
        scene = await set_scene(home, wishes.model, port=wishes.port)
        result = await play(scene, wishes, terminal)
        good = judge(result)
        needed = needed or not good
        url = f"{scene.forge_url}/{REPO}/pulls/{result['pull_request']}"
        if good:
            terminal.good_end(result, "" if wishes.once else url)
        else:
            terminal.bad_end("; ".join(result["failed"]) or "the pull request is not ready", str(home / "crew.log"))
        if wishes.as_json:
            Console(highlight=False, soft_wrap=True).print_json(json.dumps(result), indent=None)
        if good and not wishes.once:
            await linger(terminal, scene)
        return 0 if good else 1
    except ForgecrewError:
        needed = needed or (home / "crew.log").exists() or (home / "forge.log").exists()
        raise
    finally:
        if scene is not None:
            await scene.strike()
        if not needed:
            shutil.rmtree(home, ignore_errors=True)


async def play(scene: Scene, wishes: Wishes, terminal: Terminal) -> dict[str, Any]:
    """Open the issue, assign it, follow the crew until the pull request is ready or nothing goes on; the figures."""
    await scene.start_crew(scene.home / "crew.log", wishes.record)
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
        found = await until_ready(scene, story, opened.number, list(accounts.values()), began + wishes.patience_seconds)
    finally:
        await database.close()
    seconds = time.monotonic() - began
    before, after = await check_tests(scene.settings, scene.person, REPO, found) if found.pull else (0, 0)
    return figures(scene, story, found, (before, after), seconds)


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


def figures(scene: Scene, story: Story, found: ForgeFigures, broken: tuple[int, int], seconds: float) -> dict[str, Any]:
    """The object that --json prints."""
    pull = found.pull
    return {
        "issue": found.issue.number, "pull_request": pull.number if pull else None, "head_sha": pull.head_sha if pull else None,
        "ready": found.ready, "reviews": [{"reviewer": one.reviewer, "state": one.state} for one in found.reviews],
        "tests_failed_before": broken[0], "tests_failed_after": broken[1], "comments": found.comments,
        "comments_per_task_max": found.comments_per_task_max, "reactions": list(found.reactions),
        "labels": list(found.issue.labels),
        "steps": story.steps, "prompt_tokens_max": story.prompt_tokens_max, "seconds": round(seconds, 1),
        "model": scene.settings.model.name, "failed": story.failed,
    }  # fmt: skip


def judge(result: dict[str, Any]) -> bool:
    """Whether all of it happened."""
    return bool(
        result["ready"] and result["tests_failed_before"] > 0 and result["tests_failed_after"] == 0
        and any(one.endswith(":eyes") for one in result["reactions"]) and result["comments_per_task_max"] <= 1
        and not result["failed"]
    )  # fmt: skip


async def linger(terminal: Terminal, scene: Scene) -> None:
    """Leave everything running to be looked at, until Ctrl-C, which is a good end."""
    terminal.console.print("\nEverything keeps running: look at the forge and the crew's page. Ctrl-C ends it.")
    assert scene.crew is not None
    try:
        await scene.crew.wait()
    except asyncio.CancelledError:
        return
    terminal.console.print(f"the crew stopped by itself: see {scene.home / 'crew.log'}")
