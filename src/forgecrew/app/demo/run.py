"""The demo from the first line to the last: scene, issue, the crew at work, and what came of it."""

import asyncio
import json
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from forgecrew.app.connections import sandboxes
from forgecrew.app.demo.follow import Story
from forgecrew.app.demo.measure import ForgeFigures, on_the_forge, tests, work_folder
from forgecrew.app.demo.scene import REPO, ModelAnswers, Scene, issue, set_scene
from forgecrew.app.load_role import load_roles
from forgecrew.app.read_secrets import load_read_secrets
from forgecrew.core.errors import ForgecrewError, WorldError
from forgecrew.integrations.git.code_host import connect as code_host
from forgecrew.store.database import Database

RECORDED = (
    "[bold]The model is a recording[/] of a real run: no keys, no network. Put yours (Ollama, OpenAI) in its place:\n"
    "  forgecrew demo --model http://127.0.0.1:11434 --model-name NAME\n"
)
LOOK_SECONDS = 0.3
PATIENCE_SECONDS = 300.0
MODEL_PATIENCE_SECONDS = 6 * 3600.0


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
    """Exit status: 0 only when the pull request is ready, approved, and its tests pass."""
    console = Console(stderr=True, highlight=False)
    if wishes.model.kind == "recorded":
        console.print(RECORDED, soft_wrap=True)
    else:
        console.print(f"The model is [bold]{wishes.model.name}[/] at {wishes.model.url}; a real one takes its time.\n")
    home = Path(wishes.keep or tempfile.mkdtemp(prefix="forgecrew-demo-")).resolve()
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    scene = await set_scene(
        home, wishes.model, port=wishes.port, say=lambda line: console.print(f"[dim]  {line}[/]", soft_wrap=True)
    )
    good = False
    try:
        result = await play(scene, wishes, console)
        good = judge(result)
        tell_end(console, scene, result, good)
        if wishes.as_json:
            Console(highlight=False, soft_wrap=True).print_json(json.dumps(result), indent=None)
        if good and not wishes.once:
            await linger(console, scene)
        return 0 if good else 1
    finally:
        await scene.strike()
        if good and not wishes.keep:
            shutil.rmtree(home, ignore_errors=True)


async def play(scene: Scene, wishes: Wishes, console: Console) -> dict[str, Any]:
    """Open the issue, assign it, follow the crew until the pull request is ready or nothing goes on; the figures."""
    await scene.start_crew(scene.home / "crew.log", wishes.record)
    login = load_read_secrets(scene.home).login_token
    console.print(
        f"\nforge   {scene.forge_url}/{REPO}\ncrew    {scene.settings.public_url}/login?token={login}\n", soft_wrap=True
    )
    roles, _ = load_roles(scene.home)
    accounts = {name: role.account for name, role in roles.items()}
    database = Database(scene.settings.database_url, pool_size=1)
    began = time.monotonic()

    def say(who: str, what: str, rest: str) -> None:
        line = f"[dim]{time.monotonic() - began:6.1f} s[/]  [bold]{who:6}[/] [cyan]{what:12}[/] "
        console.print(line, end="")
        console.print(rest, markup=False, overflow="ellipsis", no_wrap=True)

    story = Story(database, say)
    try:
        await until_up(scene)
        opened = await scene.person.issues.create_issue(REPO, *issue())
        say("mira", "opens", f"#{opened.number} {opened.title}")
        await asyncio.sleep(1)
        await scene.assign(opened.number, accounts["coder"])
        say("mira", "assigns", f"#{opened.number} to {accounts['coder']}")
        found = await until_ready(scene, story, opened.number, list(accounts.values()), began + wishes.patience_seconds)
    finally:
        await database.close()
    seconds = time.monotonic() - began
    before, after = await check_tests(scene, found) if found.pull else (0, 0)
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
    log = (scene.home / "crew.log").read_text("utf-8", "replace")[-800:]
    raise ForgecrewError(f"the crew did not start; its last words:\n{log}")


async def check_tests(scene: Scene, found: ForgeFigures) -> tuple[int, int]:
    """Run the pull request's tests on the old and the new code, in a sandbox of the demo's own."""
    assert found.pull is not None
    code = code_host(work_folder(scene.home, "mirror"), list(load_read_secrets(scene.home).tokens.items()))
    boxes = sandboxes(scene.settings, work_folder(scene.home, "sandboxes"))
    about = await scene.person.repositories.repo(REPO)
    try:
        return await tests(code, boxes, REPO, about.clone_url, found.pull)
    except (WorldError, RuntimeError) as error:
        raise ForgecrewError(f"the demo could not run the pull request's tests: {error}") from error


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


def tell_end(console: Console, scene: Scene, result: dict[str, Any], good: bool) -> None:
    """The last lines."""
    if good:
        said = ", ".join(f"{one['reviewer']} {one['state'].lower().replace('_', ' ')}" for one in result["reviews"])
        broken = f"of its tests {result['tests_failed_before']} failed on the old code, {result['tests_failed_after']} fail now"
        figures = f"{result['steps']} steps, largest prompt {result['prompt_tokens_max']} tokens"
        console.print(
            f"\n[bold green]✓[/] pull request #{result['pull_request']} is ready: {broken}; {said}; {figures}.", soft_wrap=True
        )
        console.print(f"  {scene.forge_url}/{REPO}/pulls/{result['pull_request']}", soft_wrap=True)
    else:
        why = "; ".join(result["failed"]) or "the pull request is not ready"
        console.print(
            f"\n[bold red]✗[/] not all of it happened: {why}\n  the crew's log: {scene.home / 'crew.log'}", soft_wrap=True
        )


async def linger(console: Console, scene: Scene) -> None:
    """Leave everything running to be looked at, until Ctrl-C."""
    console.print("\nEverything keeps running: look at the forge and at the crew's page. Ctrl-C ends it.")
    assert scene.crew is not None
    try:
        await scene.crew.wait()
    except (KeyboardInterrupt, asyncio.CancelledError):
        console.print("\nstopped")
