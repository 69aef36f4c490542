"""Whose words a run goes by, and what of a text people see as well."""

from collections.abc import Iterable

from forgecrew.agents.desk import Desk
from forgecrew.core.person import WRITERS
from forgecrew.guard.hidden_text import strip_hidden


async def who_may_write(desk: Desk, names: Iterable[str]) -> set[str]:
    """Those of the accounts that may change the repository; our colleagues do not have to be asked for."""
    crew, repo = set(desk.house.accounts.values()), desk.task.subject.repo
    return {
        name for name in set(names) if name in crew or await desk.forge.people.permission(repo, name) in WRITERS
    }  # fmt: skip


def unhidden(text: str) -> str:
    """A text without what its page does not show: the model must not obey what people cannot see."""
    return strip_hidden(text, drop_unclosed=True, drop_definitions=True).text.strip()
