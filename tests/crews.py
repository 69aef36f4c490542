"""A whole crew for tests: practice forge, model server and serve, work, effects as real processes that meet in a database."""

import asyncio
import json
import re
import secrets
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from forgecrew.app.free_port import free_port
from forgecrew.core.subject import RepoRef
from tests.certificates import CERTIFICATES
from tests.forges import Account, LiveForge
from tests.houses import Installation
from tests.scripted_model import ScriptedModel, Turn

Answer = Callable[[str, dict[str, Any]], "str | Turn"]
"""Answers (stage, request) for issues whose title holds a word."""

STAGES = {
    "Stage: find the place": "locate", "Stage: reproduce": "reproduce", "Stage: change the code": "edit",
    "All tests were run": "verify", "Stage: answer": "answer", "Stage: look around": "check",
}  # fmt: skip
DEADLINE_SECONDS = 90.0


class ModelServer:
    """The scripted model in a thread of its own, so that it outlives the loops of single tests. `stop` and `start` at will."""

    def __init__(self) -> None:
        self.port = free_port()
        self.model = ScriptedModel(answer=self._answer)
        self.by_word: dict[str, Answer] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def start(self) -> None:
        up = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, args=(self._loop, up), daemon=True)
        self._thread.start()
        assert up.wait(10)

    def stop(self) -> None:
        """End the server and every answer that is under way."""
        if self._loop and self._thread:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(10)
            self._loop = self._thread = None

    def asked(self, word: str) -> list[str]:
        """Stages of the requests about an issue, in order."""
        return [stage_of(body) for body in list(self.model.requests) if word in text_of(body)]

    def _answer(self, body: dict[str, Any]) -> Any:
        stage, text = stage_of(body), text_of(body)
        found = next((answer for word, answer in self.by_word.items() if word in text), competent)
        return found(stage, body)

    def _run(self, loop: asyncio.AbstractEventLoop, up: threading.Event) -> None:
        asyncio.set_event_loop(loop)

        def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = loop.create_task(self.model.serve(reader, writer))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

        server = loop.run_until_complete(asyncio.start_server(begin, "127.0.0.1", self.port))
        up.set()
        loop.run_forever()
        server.close()
        for task in (tasks := list(self._tasks)):
            task.cancel()
        if tasks:
            loop.run_until_complete(asyncio.wait(tasks))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


def text_of(body: dict[str, Any]) -> str:
    """What a prompt says, without what was recalled: that tells of other tests' issues too."""
    return re.sub(r"<memory>.*?</memory>", "", "\n".join(message["content"] for message in body["messages"]), flags=re.DOTALL)


def stage_of(body: dict[str, Any]) -> str:
    """Title of the form that is asked for, or the stage that is worked on."""
    if "response_format" in body:
        return str(body["response_format"]["json_schema"]["schema"]["title"])
    last = body["messages"][-1]["content"]
    return next((stage for words, stage in STAGES.items() if words in last), "?")


def competent(stage: str, body: dict[str, Any]) -> str:
    """What a model answers that solves every issue by one good line in sums/add.py."""
    if stage == "edit" and "[result]" not in text_of(body):
        return "I mend it.\n```sh\nsed -i 's/a - b/a + b/' sums/add.py\n```"
    return {
        "Readiness": '{"verdict": "ready", "reason": "clear", "questions": []}',
        "reproduce": "```done\nno test: there is no test suite\n```",
        "PullRequest": '{"title": "Add instead of subtracting", "summary": "It subtracted.", "test": "by hand"}',
    }.get(stage, f"```done\n{stage} is done\n```")


@dataclass
class Crew:
    """An installation with its forge, a repository of `owner`, and the coder alone at work as the account `coder`."""

    forge: LiveForge
    owner: Account
    repo: RepoRef
    house: Installation
    model: ModelServer
    coder: str
    processes: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    def start(self, *names: str) -> None:
        for name in names or ("serve", "work", "effects"):
            self.processes[name] = self.house.start(name)
        for name in {"serve", "up"} & set(self.processes):
            self.house.wait_until_up(name, self.processes[name])

    def end(self, name: str, *, kill: bool = False) -> None:
        process = self.processes.pop(name)
        process.kill() if kill else process.terminate()
        process.wait(15)

    def close(self) -> None:
        self.house.close()
        self.model.stop()

    # What a person does on the forge.

    def issue(self, title: str, body: str = "It is wrong and should be right.", *, assigned: bool = True) -> int:
        made = self._api("POST", "/issues", json={"title": title, "body": body})
        if assigned:
            self.assign(made["number"])
        return int(made["number"])

    def assign(self, number: int, *accounts: str) -> None:
        self.change(number, assignees=list(accounts or (self.coder,)))

    def change(self, number: int, **fields: Any) -> None:
        self._api("PATCH", f"/issues/{number}", json=fields)

    def say(self, number: int, body: str) -> None:
        self._api("POST", f"/issues/{number}/comments", json={"body": body})

    # What a person sees.

    def comments(self, number: int) -> list[str]:
        """Texts of the coder's comments, without the hidden marker."""
        found = self._api("GET", f"/issues/{number}/comments")
        return [re.sub(r"<!--.*?-->", "", one["body"]).strip() for one in found if one["user"]["login"] == self.coder]

    def comment(self, number: int) -> str:
        """The newest task's; each task has one."""
        return (self.comments(number) or [""])[-1]

    def pulls(self) -> list[dict[str, Any]]:
        return self._api("GET", "/pulls", params={"state": "all"})

    def tasks(self, number: int = 0) -> list[dict[str, Any]]:
        """What `forgecrew task list --json` shows, about one issue or all; oldest first."""
        done = self.house.run("task", "list", "--json")
        assert done.returncode == 0, done.stderr
        found = json.loads(done.stdout)
        return [one for one in reversed(found) if not number or one["subject"].endswith(f"#{number}")]

    # What only a test looks at.

    def state(self, number: int) -> tuple[str, str, str]:
        """State, outcome and reason of the newest task about an issue, straight from the database: quick enough to wait on."""
        rows = self.rows("SELECT state, outcome, reason FROM task WHERE subject_number = ? ORDER BY id DESC LIMIT 1", number)
        return tuple(str(value or "") for value in rows[0]) if rows else ("", "", "")  # type: ignore[return-value]

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        connection = sqlite3.connect(f"file:{self.house.home / 'forgecrew.sqlite'}?mode=ro", uri=True, timeout=20)
        try:
            return connection.execute(query, values).fetchall()
        finally:
            connection.close()

    def sandboxes(self) -> list[str]:
        folder = self.house.home / "sandboxes"
        return sorted(path.name for path in folder.glob("task-*")) if folder.exists() else []

    def wait(self, what: Callable[[], Any], seconds: float = DEADLINE_SECONDS) -> Any:
        """Until it is true; gives it. The logs are told when it never is."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if found := what():
                return found
            time.sleep(0.1)
        logs = "\n".join(f"== {path.name}\n{path.read_text()[-6000:]}" for path in self.house.home.glob("*.log"))
        tasks = self.rows("SELECT id, subject_number, state, outcome, reason FROM task ORDER BY id DESC LIMIT 3")
        raise AssertionError(f"not within {seconds:g} s; newest tasks: {tasks}\n{logs}")

    def wait_ended(self, number: int, outcome: str, seconds: float = DEADLINE_SECONDS) -> str:
        """Until the newest task about an issue has ended so; gives the reason."""
        self.wait(lambda: self.state(number)[0] == "ended", seconds)
        state = self.state(number)
        assert state[1] == outcome, (state, [path.read_text()[-3000:] for path in self.house.home.glob("*.log")])
        return state[2]

    def wait_draft(self, number: int) -> None:
        """Until the draft pull request is there and the comment tells of it."""
        self.wait(lambda: self.state(number)[:2] == ("waiting", "changed"))
        self.wait(lambda: "Draft pull request" in self.comment(number))

    def _api(self, method: str, path: str, **request: Any) -> Any:
        headers = {"Authorization": f"token {self.owner.token}"}
        answer = httpx.request(
            method,
            f"{self.forge.url}/api/v1/repos/{self.repo}{path}",
            headers=headers,
            trust_env=False,
            verify=CERTIFICATES,
            timeout=60,
            **request,
        )
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None


def make_crew(forge: LiveForge, home: Path, *, settings: str = "", repo: RepoRef | None = None) -> Crew:
    """A crew of one coder, prepared by `forgecrew init`; nothing runs yet but the model's server."""
    owner = asyncio.run(forge.account("owner"))
    repo = repo or asyncio.run(forge.repository(owner))
    model, coder, port = ModelServer(), f"casey-{secrets.token_hex(3)}", free_port()
    model.start()
    home.mkdir(parents=True, exist_ok=True)
    (home / "forgecrew.toml").write_text(
        f'[forge]\nurl = "{forge.url}"\nrepos = ["{repo}"]\npoll_seconds = 1\n[server]\nport = {port}\n'
        f'[model]\nkind = "openai_compatible"\nurl = "{model.url}"\nname = "scripted"\nparallel = 8\n[work]\nparallel = 8\n'
        f'[crew.coder]\naccount = "{coder}"\n[crew.reviewer]\nenabled = false\n[crew.triager]\nenabled = false\n{settings}'
    )
    house = Installation(home, port)
    done = house.run("init", FORGECREW_ADMIN_TOKEN=forge.admin_token)
    assert done.returncode == 0, done.stderr
    return Crew(forge, owner, repo, house, model, coder)
