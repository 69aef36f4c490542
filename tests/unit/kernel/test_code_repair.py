"""How code runs end, in a real sandbox, with answers that are given here."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from forgecrew.agents.mend import Mender
from forgecrew.core.code_request import CodeRequest, code_run_of
from forgecrew.core.code_run import CodeOutcome, CodeRun
from forgecrew.core.command import Command, Result
from forgecrew.core.errors import ModelUnavailable, SandboxUnavailable
from forgecrew.core.message import ModelReply, ModelRequest
from forgecrew.core.model_profile import ModelProfile
from forgecrew.core.moment import utc_now
from forgecrew.core.sandbox import SandboxSpec
from forgecrew.core.tokens import estimate_prompt
from forgecrew.integrations.bubblewrap.sandbox import backend
from forgecrew.kernel.clean_sandboxes import CleanSandboxes
from forgecrew.kernel.code_queue import CodeQueue, NotHeld
from forgecrew.kernel.code_repair import CodeRepair
from forgecrew.kernel.code_worker import LOOK_SECONDS, CodeWorker
from forgecrew.ports.sandbox_backend import SandboxBackend
from forgecrew.store.database import Database
from forgecrew.store.queries import code_runs, code_working
from forgecrew.tools import edit_file, write_file


class Says:
    """A model that gives these answers in turn; an empty one means that it is down."""

    def __init__(self, *answers: str) -> None:
        self.answers, self.requests = list(answers), list[ModelRequest]()

    async def profile(self) -> ModelProfile:
        return ModelProfile("here", "says", 4096)

    async def complete(self, request: ModelRequest, on_text: Callable[[str], None] | None = None) -> ModelReply:
        self.requests.append(request)
        if not (answer := self.answers.pop(0)):
            raise ModelUnavailable
        return ModelReply(answer, 10, 5, 0.0)

    async def close(self) -> None: ...


def whole(text: str) -> str:
    return f"So.\n```write main.py\n{text}\n```"


async def working(folder: Path) -> SandboxBackend:
    sandboxes = backend(folder / "sandboxes")
    try:
        await sandboxes.probe()
    except SandboxUnavailable as error:
        pytest.skip(str(error))
    return sandboxes


async def ended(
    database: Database, folder: Path, model: Says, unsteady: "Callable[[SandboxBackend], SandboxBackend] | None" = None,
    **wish: object,
) -> CodeRun:  # fmt: skip
    sandboxes = await working(folder)
    run = code_run_of(CodeRequest("python", **wish))  # type: ignore[arg-type]
    async with database.write() as connection:
        await code_runs.create(connection, run)
    queue = CodeQueue(database, "me")
    tools = {one.kind: one for one in (edit_file.tool(), write_file.tool())}
    clean = CleanSandboxes(unsteady(sandboxes) if unsteady else sandboxes, SandboxSpec("code"), (0.0, 0.0))
    repair = CodeRepair(queue, clean, lambda: Mender(model, tools), pauses_seconds=(0.0,))
    worker = CodeWorker(queue, repair, sandboxes, utc_now)
    await worker.round()
    await worker.idle()
    assert await sandboxes.list() == []
    async with database.read() as connection:
        found = await code_runs.get(connection, run.id)
    assert found is not None and found.outcome is not None
    return found


async def test_the_same_error_on_another_line_ends_it(database: Database, tmp_path: Path) -> None:
    found = await ended(database, tmp_path, Says(whole("# tried\n\nprint(x)")), code="print(x)\n")
    assert (found.outcome, len(found.attempts)) == ("stuck", 2)
    assert found.reason == "the same error came back: NameError: name 'x' is not defined"


async def test_attempts_are_used_up_and_all_of_them_kept(database: Database, tmp_path: Path) -> None:
    model = Says(*(whole(f"print({name})") for name in "bcd"))
    found = await ended(database, tmp_path, model, code="print(a)\n", attempts_max=3)
    assert (found.outcome, [attempt.number for attempt in found.attempts]) == ("exhausted", [1, 2, 3])
    assert "+print(c)" in found.attempts[2].diff and "NameError" in found.attempts[2].log
    assert all(estimate_prompt(request.messages) + request.output_tokens_max <= 4096 for request in model.requests)


async def test_a_goal_is_written_first_and_bad_answers_go_back(database: Database, tmp_path: Path) -> None:
    model = Says("no block at all", whole("print(1)"))
    found = await ended(database, tmp_path, model, goal="print one", expected="1\n")
    assert (found.outcome, len(found.attempts)) == ("passed", 1)
    assert "No block was found" in model.requests[1].messages[-1].content and found.attempts[0].answer


async def test_tests_are_not_the_models_to_change(database: Database, tmp_path: Path) -> None:
    easy = "```write test_main.py\nprint('fine')\n```"
    model = Says(easy, "```edit main.py\n<<<<<<< SEARCH\nx = 1\n=======\nx = 2\n>>>>>>> REPLACE\n```")
    found = await ended(database, tmp_path, model, code="x = 1\n", tests="import main\nassert main.x == 2\n")
    assert (found.outcome, len(found.attempts)) == ("repaired", 2)
    assert "cannot be changed" in found.attempts[1].answer


async def test_a_model_that_is_down_is_waited_for_and_then_told(database: Database, tmp_path: Path) -> None:
    assert (await ended(database, tmp_path, Says("", whole("print(1)")), code="print(x)\n")).outcome == "repaired"
    found = await ended(database, tmp_path, Says("", ""), code="print(x)\n")
    assert (found.outcome, found.reason) == ("failed", "The model server did not answer.")


class Unsteady:
    """A machine that fails to make a sandbox, loses the next under its command, cannot clear one away; then all is well."""

    def __init__(self, inner: SandboxBackend, troubles: list[str]) -> None:
        self.inner, self.troubles = inner, troubles

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    async def create(self, spec: SandboxSpec) -> Any:
        trouble = self.troubles.pop(0) if self.troubles else ""
        if trouble == "none":
            raise SandboxUnavailable("no sandbox at the moment")
        made = await self.inner.create(spec)
        return Shaky(made, trouble) if trouble else made


class Shaky:
    def __init__(self, inner: Any, trouble: str) -> None:
        self.inner, self.trouble = inner, trouble

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    async def exec(self, command: Command, on_output: Callable[[bytes], None] | None = None) -> Result:
        result = await self.inner.exec(command, on_output)
        return replace(result, reason="lost", exit_code=None) if self.trouble == "lost" else result

    async def destroy(self) -> None:
        await self.inner.destroy()
        if self.trouble == "stays":
            raise SandboxUnavailable("could not be removed")


async def test_a_machine_without_a_sandbox_at_the_moment_fails_no_run(database: Database, tmp_path: Path) -> None:
    def unsteady(*troubles: str) -> Callable[[SandboxBackend], Any]:
        return lambda inner: Unsteady(inner, list(troubles))

    for troubles in (("none", "lost"), ("lost", "none"), ("stays",)):
        model = Says(whole("print(1)"))
        found = await ended(database, tmp_path, model, unsteady(*troubles), code="print(x)\n")
        assert (found.outcome, len(found.attempts), model.answers) == ("repaired", 2, [])
    found = await ended(database, tmp_path, Says(), unsteady(*["none"] * 9), code="print(x)\n")
    assert (found.outcome, found.reason) == ("failed", "no sandbox at the moment")


async def test_a_huge_program_still_fits_the_window(database: Database, tmp_path: Path) -> None:
    long = "\n".join(f"value_{number} = {number}  # {'x' * 60}" for number in range(3000)) + "\nprint(nothing)\n"
    model = Says("```edit main.py\n<<<<<<< SEARCH\nprint(nothing)\n=======\nprint('fine')\n>>>>>>> REPLACE\n```")
    found = await ended(database, tmp_path, model, code=long)
    assert found.outcome == "repaired"
    shown = model.requests[0].messages[-1].content
    assert ">3001| print(nothing)" in shown and estimate_prompt(model.requests[0].messages) + 800 <= 4096


async def test_who_does_not_hold_it_any_more_writes_nothing(database: Database) -> None:
    run = code_run_of(CodeRequest("python", code="print(1)"))
    async with database.write() as connection:
        await code_runs.create(connection, run)
        assert await code_working.claim(connection, run.id, "one", now=utc_now())
        assert await code_working.claim(connection, run.id, "two", now=utc_now()), "the first one is not alive"
    with pytest.raises(NotHeld):
        await CodeQueue(database, "one").stage(run.id, "running attempt 1")
    await CodeQueue(database, "two").stage(run.id, "running attempt 1")
    async with database.read() as connection:
        found = await code_runs.get(connection, run.id)
    assert found and (found.worker_id, found.takeovers) == ("two", 1)


async def test_who_is_not_yet_among_the_living_takes_one_up_once(database: Database, tmp_path: Path) -> None:
    """Claiming it again and again counted as so many deaths of its worker, and ended it as failed."""
    sandboxes = await working(tmp_path)
    run = code_run_of(CodeRequest("shell", code="sleep 1; echo done", timeout_seconds=20.0))
    async with database.write() as connection:
        await code_runs.create(connection, run)
        assert await code_working.claim(connection, run.id, "dead", now=utc_now())
    queue = CodeQueue(database, "me")
    repair = CodeRepair(queue, CleanSandboxes(sandboxes, SandboxSpec("code")), lambda: Mender(Says(), {}))
    worker = CodeWorker(queue, repair, sandboxes, utc_now, slots=4)
    for _ in range(12):
        await asyncio.wait_for(worker.round(), 10)
    await worker.idle()
    async with database.read() as connection:
        found = await code_runs.get(connection, run.id)
    assert found is not None and (found.outcome, found.takeovers) == ("passed", 1)


async def test_nothing_is_held_before_the_worker_is_alive(database: Database, tmp_path: Path) -> None:
    sandboxes = await working(tmp_path)
    run = code_run_of(CodeRequest("shell", code="echo done"))
    async with database.write() as connection:
        await code_runs.create(connection, run)
    queue, alive, stopping = CodeQueue(database, "me"), asyncio.Event(), asyncio.Event()
    repair = CodeRepair(queue, CleanSandboxes(sandboxes, SandboxSpec("code")), lambda: Mender(Says(), {}))
    going = asyncio.create_task(CodeWorker(queue, repair, sandboxes, utc_now, alive=alive).run(stopping))

    async def now() -> CodeRun:
        async with database.read() as connection:
            found = await code_runs.get(connection, run.id)
        assert found is not None
        return found

    await asyncio.sleep(3 * LOOK_SECONDS)
    assert (await now()).state == "queued"
    alive.set()
    async with asyncio.timeout(60):
        while (await now()).state != "ended":
            await asyncio.sleep(0.05)
    stopping.set()
    await going
    assert (await now()).outcome == "passed"


async def test_who_is_asked_to_stop_is_left_to_end_in_peace(database: Database, tmp_path: Path) -> None:
    class Thorough:
        """Clears away when it is stopped, which takes its time."""

        ending, may_end, ended = asyncio.Event(), asyncio.Event(), False

        async def perform(self, run: CodeRun) -> tuple[CodeOutcome, str]:
            try:
                await asyncio.Event().wait()
            finally:
                self.ending.set()
                await self.may_end.wait()
                self.ended = True
            raise AssertionError

    run, repair = code_run_of(CodeRequest("shell", code="sleep 1000")), Thorough()
    async with database.write() as connection:
        await code_runs.create(connection, run)
    worker = CodeWorker(CodeQueue(database, "me"), repair, await working(tmp_path), utc_now)  # type: ignore[arg-type]
    await worker.round()
    async with database.write() as connection:
        await code_runs.ask_stop(connection, run.id)
    for _ in range(3):
        await worker.round()
        await asyncio.wait_for(repair.ending.wait(), 10)
    repair.may_end.set()
    await worker.idle()
    async with database.read() as connection:
        found = await code_runs.get(connection, run.id)
    assert found is not None and (repair.ended, found.outcome) == (True, "stopped")
