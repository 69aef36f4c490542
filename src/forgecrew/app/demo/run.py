"""The demo from the first line to the last: scene, issue, the crew at work, and what came of it."""

import asyncio
import json
import shutil
import signal
import tempfile
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from forgecrew.app.demo.check_tests import check_tests
from forgecrew.app.demo.play import play
from forgecrew.app.demo.result import figures, judge
from forgecrew.app.demo.scene import REPO, ModelAnswers, Scene, set_scene
from forgecrew.app.demo.terminal import Terminal
from forgecrew.core.errors import ForgecrewError

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
        told = await play(scene, terminal, record=wishes.record, patience_seconds=wishes.patience_seconds)
        pull = told.found.pull
        broken = await check_tests(scene.settings, scene.person, REPO, pull) if pull else (0, 0)
        result = figures(told, scene.settings.model.name, broken)
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


async def linger(terminal: Terminal, scene: Scene) -> None:
    """Leave everything running to be looked at, until Ctrl-C, which is a good end."""
    terminal.console.print("\nEverything keeps running: look at the forge and the crew's page. Ctrl-C ends it.")
    assert scene.crew is not None
    try:
        await scene.crew.wait()
    except asyncio.CancelledError:
        return
    terminal.console.print(f"the crew stopped by itself: see {scene.home / 'crew.log'}")
