"""Egress as an installation has it: settings open a way, a command uses it, people see what was refused."""

import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from forgecrew.app.equip import equip
from forgecrew.app.load_settings import load_settings
from forgecrew.app.prepare_database import prepare_database
from forgecrew.app.read_secrets import load_read_secrets
from forgecrew.core.command import Command
from forgecrew.core.errors import SandboxUnavailable
from forgecrew.core.sandbox import SandboxSpec
from forgecrew.core.subject import RepoRef, Subject
from forgecrew.core.task import Priority, Task, TaskState
from forgecrew.store.queries import audit
from forgecrew.store.tables.audit import audit as table
from tests.egress_doors import server, text
from tests.houses import make_installation


async def test_from_settings_to_what_people_see(tmp_path: Path) -> None:
    house = make_installation(tmp_path / "home")
    async with server(text("from outside")) as outside:
        with (house.home / "forgecrew.toml").open("a") as file:
            file.write(f'[egress.repos."acme/tally"]\nallow = ["127.0.0.1:{outside.port}"]\n')
        settings = load_settings(house.home, {})
        await prepare_database(settings)
        database = house.database()
        given = equip(settings, load_read_secrets(house.home), database)
        try:
            await given.sandboxes.probe()
        except SandboxUnavailable as error:
            pytest.skip(str(error))
        other = Task(
            2, "coder", "casey", Subject(RepoRef("acme", "other"), "issue", 1), TaskState.RUNNING, Priority.HUMAN, "mira"
        )
        assert given.ways_out.opener(other) is None
        task = Task(
            1, "coder", "casey", Subject(RepoRef("acme", "tally"), "issue", 1), TaskState.RUNNING, Priority.HUMAN, "mira"
        )
        opened = given.ways_out.opener(task)
        assert opened is not None
        outlet = await opened("task-1", ())
        assert outlet is not None
        sandbox = await given.sandboxes.create(SandboxSpec("task-1", owner="acme/tally", env=outlet.env, doors=outlet.doors))
        script = f"unset no_proxy NO_PROXY; curl -sS http://127.0.0.1:{outside.port}/; echo; curl -sS http://no.example.org/"
        result = await sandbox.exec(Command(("/bin/sh", "-c", script)))
        assert result.text.splitlines() == ["from outside", "forgecrew egress: refused: not in the allow-list"]
        await outlet.close()
        await given.sandboxes.reap(keep=())
    listed = json.loads(house.run("egress", "list", "--json").stdout)
    assert [(one["task_id"], one["repo"], one["place"], one["reason"]) for one in listed] == [
        (1, "acme/tally", "no.example.org:80", "not in the allow-list")
    ]
    assert f"127.0.0.1 port {outside.port}" in house.run("egress", "show", "--repo", "acme/tally").stdout
    assert "no way out" in house.run("egress", "show").stdout
    async with database.read() as connection:
        rows = list(await connection.execute(sa.select(table.c.what, table.c.agent, table.c.details).order_by(table.c.id)))
        assert await audit.broken_at(connection) is None
    await database.close()
    assert [(row.what, row.agent, row.details["place"]) for row in rows] == [
        ("egress allowed", "casey", f"127.0.0.1:{outside.port}"), ("egress refused", "casey", "no.example.org:80"),
    ]  # fmt: skip
    house.serve()
    try:
        with house.client() as client:
            assert client.get("/api/egress").status_code == 200
            assert [one["place"] for one in client.get("/api/egress", params={"task": 1}).json()] == ["no.example.org:80"]
            assert client.get("/api/egress", params={"task": 2}).json() == []
    finally:
        house.close()
