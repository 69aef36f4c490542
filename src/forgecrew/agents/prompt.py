"""A role's prompt.md taken apart: who this colleague is, and one instruction per stage."""

from forgecrew.agents.desk import Desk
from forgecrew.core.errors import ConfigError


def identity(desk: Desk) -> str:
    """The part before the first stage, with the account and the repository filled in."""
    text = desk.role.prompt.split("\n## ", 1)[0].strip()
    return text.replace("{account}", desk.account).replace("{repo}", str(desk.task.subject.repo))


def instruction(desk: Desk, stage: str) -> str:
    """The text under `## stage`. Raises ConfigError when the role's prompt.md has none."""
    for section in desk.role.prompt.split("\n## ")[1:]:
        name, _, text = section.partition("\n")
        if name.strip() == stage:
            return text.strip()
    raise ConfigError(f"prompt.md of the role {desk.role.name!r} has no section '## {stage}'")
