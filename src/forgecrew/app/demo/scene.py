"""Setting the demo's scene: a practice forge with a small project, a person, and the crew's accounts as `init` makes them."""

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from forgecrew.app.demo.fill_forge import fill_forge
from forgecrew.app.demo.processes import end, start_crew, start_forge
from forgecrew.app.free_port import free_port
from forgecrew.app.hiding import check_hiding
from forgecrew.app.init import Given, initialize
from forgecrew.app.settings import Settings
from forgecrew.app.write_settings import Answers
from forgecrew.core.subject import RepoRef
from forgecrew.ports.forge import Forge

HERE = Path(__file__).parent
PROJECT, ISSUE, ANSWERS = HERE / "project", HERE / "issue.md", HERE / "answers.jsonl"
REPO = RepoRef("mira", "tally")
PERSON, ADMIN = "mira", "keeper"


@dataclass(frozen=True, slots=True)
class ModelAnswers:
    """Which model the demo's crew thinks with."""

    kind: str = "recorded"
    url: str = ""
    name: str = "recorded"
    window: int = 4096


@dataclass(slots=True)
class Scene:
    """Everything that stands on the stage: the forge's process, the installation, and the person's own connection."""

    home: Path
    forge_url: str
    settings: Settings
    person: Forge
    person_token: str = field(repr=False)
    forge: asyncio.subprocess.Process
    crew: asyncio.subprocess.Process | None = field(default=None)

    async def start_crew(self, log: Path, record: str = "") -> None:
        """`forgecrew up` as its own process."""
        self.crew = await start_crew(self.home, log, record)

    async def assign(self, number: int, account: str) -> None:
        """What the person does with a click in the forge's own page."""
        headers = {"Authorization": f"token {self.person_token}"}
        async with httpx.AsyncClient(base_url=f"{self.forge_url}/api/v1", headers=headers) as api:
            answer = await api.patch(f"/repos/{REPO}/issues/{number}", json={"assignees": [account]})
            answer.raise_for_status()

    async def strike(self) -> None:
        """End all processes, the crew first."""
        await self.person.close()
        for process in (self.crew, self.forge):
            if process is not None:
                await end(process)


Say = Callable[[str], None]


def say_nothing(_line: str) -> None:
    """For whoever does not want to hear what `init` tells."""


async def set_scene(home: Path, model: ModelAnswers, *, port: int, say: Say = say_nothing) -> Scene:
    """Start the forge, fill it, and make the installation in `home` the way a person would; `say` gets init's lines."""
    check_hiding(home / "secrets" / "write")
    password = secrets.token_urlsafe(18)
    process, url = await start_forge(home / "forge", ADMIN, password)
    try:
        return await fill(home, model, port, password, process, url, say)
    except BaseException:  # also an interrupt: nobody else knows of the process yet
        await end(process)
        raise


async def fill(
    home: Path, model: ModelAnswers, port: int, password: str, process: asyncio.subprocess.Process, url: str, say: Say
) -> Scene:
    """Person, project and labels on the forge, then what `forgecrew init` does."""
    admin_token, person_token, person = await fill_forge(url, ADMIN, PERSON, password, REPO, PROJECT)
    answers = Answers(
        forge_url=url, forge_kind="gitea", repos=(str(REPO),), model_kind=model.kind, model_url=model.url or recording(home),
        model_name=model.name, window=model.window, host="127.0.0.1", port=port or free_port(), public_url="",
    )  # fmt: skip
    settings = await initialize(home, answers, Given(admin_token), say)
    return Scene(home, url, settings, person, person_token, process)


def recording(home: Path) -> str:
    """Address of the recorded answers; how far they were used is kept in the demo's own home."""
    return f"{ANSWERS.as_uri()}?state={home}"


def issue() -> tuple[str, str]:
    """Title and text of the demo's issue."""
    title, _, body = ISSUE.read_text("utf-8").partition("\n\n")
    return title, body
