"""Section [database]: where everything is kept."""

from dataclasses import dataclass, field

from forgecrew.app.sections.bounds import starting_with


@dataclass(frozen=True, slots=True)
class DatabaseSettings:
    """Where everything is kept."""

    url: str = field(default="", metadata=starting_with("sqlite:///", "postgresql://", "postgres://"))
    """Empty means a SQLite file in the home folder; postgresql://user:password@host/name to scale."""
