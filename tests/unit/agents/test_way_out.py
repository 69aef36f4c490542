"""A run's way out: by the policy and what the repository's base asks for; refusals reach the model and the status comment."""

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from forgecrew.agents.desk import Desk
from forgecrew.agents.house import House
from forgecrew.agents.outlets import Outlets
from forgecrew.agents.status import render
from forgecrew.agents.way_out import asked, with_way_out
from forgecrew.core.action import Observation
from forgecrew.core.destination import destination
from forgecrew.core.egress import EgressPolicy
from forgecrew.core.role import Role
from forgecrew.core.sandbox import SandboxSpec
from forgecrew.core.subject import RepoRef, Subject
from forgecrew.core.task import Priority, Task, TaskState
from forgecrew.ports.egress import EgressSetup
from forgecrew.ports.outlet import Outlet
from tests.egress_doors import Proxy, ProxyEgress


def desk(content: bytes | None, open_outlet: Callable[[str, Sequence[str]], Awaitable[Outlet | None]] | None) -> Desk:
    absent = cast(Any, None)

    async def read(repo: RepoRef, ref: str, path: str, *, bytes_max: int) -> bytes | None:
        assert (ref, path) == ("base", ".forgecrew/egress.toml")
        return content

    task = Task(1, "coder", "casey", Subject(RepoRef("acme", "tally"), "issue", 1), TaskState.RUNNING, Priority.HUMAN, "mira")
    role, code = cast(Role, SimpleNamespace(stages=())), cast(Any, SimpleNamespace(read=read))
    return Desk(
        role=role, task=task, run_id="r", journal=absent, model=absent, forge=absent, code=code, sandboxes=absent,
        outbox=absent, step_log=absent, tools={}, house=House({}), outlets=Outlets(open_outlet),
    )  # fmt: skip


async def test_without_a_policy_there_is_no_door() -> None:
    spec = SandboxSpec("task-1")

    async def closed(sandbox_id: str, wanted: Sequence[str]) -> None:
        return None

    assert await with_way_out(desk(None, None), spec, "base") is spec
    assert await with_way_out(desk(None, closed), spec, "base") is spec


async def test_refusals_are_told_once_to_the_model_and_at_the_end_to_people(tmp_path: Path) -> None:
    egress, wishes = ProxyEgress(EgressSetup(tmp_path / "e")), list[Sequence[str]]()

    async def tell(_: object) -> None: ...

    async def opened(sandbox_id: str, wanted: Sequence[str]) -> Outlet | None:
        wishes.append(wanted)
        return await egress.open(sandbox_id, EgressPolicy((destination("api.example.org"),)), tell)

    at = desk(b'allow = ["a.example.org", 7]', opened)
    spec = await with_way_out(at, SandboxSpec("task-1", env=(("A", "1"),)), "base")
    assert wishes == [["a.example.org"]]
    assert [door.port for door in spec.doors] == [3128]
    assert dict(spec.env)["A"] == "1"
    assert dict(spec.env)["HTTPS_PROXY"] == "http://127.0.0.1:3128"
    door = Proxy(egress, at.outlets.held["task-1"], [])
    for number in range(10):
        await door.get(f"http://b{number}.example.org/")
    seen = at.outlets.with_refusals(Observation("exit 1"))
    assert seen.text.splitlines()[:2] == [
        "exit 1",
        "refused: b0.example.org:80 (not in the allow-list; ask a person to allow it, or do without)",
    ]
    assert seen.text.splitlines()[-1] == "refused: 2 further places"
    assert at.outlets.with_refusals(Observation("exit 0")).text == "exit 0"
    await door.get("http://b0.example.org/")
    assert at.outlets.refused_lately().startswith("refused: b0.example.org:80")
    assert "not reached, because nobody allowed it: `b0.example.org:80`, " in render(at)
    await at.outlets.close()
    assert not Path(spec.doors[0].socket).exists()


def test_a_file_that_cannot_be_read_asks_for_nothing() -> None:
    for content in (None, b"allow = ", b"\xff", b'allow = "a.example.org"', b"other = 1"):
        assert list(asked(content)) == []
