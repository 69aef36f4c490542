"""Egress for people at a shell, from settings and database themselves: it works while no process runs."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from sqlalchemy.exc import OperationalError, ProgrammingError

from forgecrew.app.egress_policies import EgressPolicies
from forgecrew.app.load_settings import load_settings
from forgecrew.app.read_secrets import load_read_secrets
from forgecrew.core.errors import ConfigError
from forgecrew.store.database import Database
from forgecrew.store.queries import egress


async def refused(home: Path, *, task_id: int | None, repo: str, limit: int) -> list[dict[str, Any]]:
    """Refused destinations, the last one first."""
    database = Database(load_settings(home).database_url, pool_size=1)
    try:
        async with database.read() as connection:
            return [asdict(one) for one in await egress.refused(connection, task_id=task_id, repo=repo, limit=limit)]
    except (OperationalError, ProgrammingError) as error:
        raise ConfigError(
            f"the database has no tables yet or does not answer: run `forgecrew doctor` ({error.orig})"
        ) from error
    finally:
        await database.close()


async def policy(home: Path, *, repo: str) -> dict[str, list[str]]:
    """What a repository's sandboxes may reach, and names and places of credentials; never their values."""
    settings = load_settings(home)
    found = EgressPolicies(settings, load_read_secrets(home).egress).of(repo)
    allowed = [f"{one.pattern} port {', '.join(map(str, one.ports))}" for one in found.allowed]
    allowed += ["the hosts that this machine's package clients are set to"] * found.packages
    return {
        "allowed": allowed,
        "credentials": [f"{one.name}: {one.scheme}://{one.host}:{one.port}{one.path}" for one in found.credentials],
    }
