"""Refused destinations: counted per task and place, listed for people."""

from forgecrew.core.egress_decision import EgressDecision
from forgecrew.store.database import Database
from forgecrew.store.queries import egress


async def test_refusals_are_counted_and_listed(database: Database) -> None:
    one = EgressDecision("task-1", "a.example.org", 443, "not in the allow-list")
    other = EgressDecision("task-2", "x" * 300, 0, "not a host name" * 40)
    async with database.write() as connection:
        for decision, task_id in ((one, 1), (one, 1), (other, 2)):
            await egress.refuse(connection, decision, task_id=task_id, repo="acme/tally")
        found = await egress.refused(connection)
        assert [(row.task_id, row.times) for row in found] == [(2, 1), (1, 2)]
        assert found[1].place == "a.example.org:443"
        assert [row.task_id for row in await egress.refused(connection, task_id=1, repo="acme/tally")] == [1]
        assert await egress.refused(connection, repo="acme/other") == []
