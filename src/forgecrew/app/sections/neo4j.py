"""Section [memory.neo4j]: a copy of the graph of memory in a Neo4j server, for those who have one."""

from dataclasses import dataclass, field

from forgecrew.app.sections.bounds import starting_with


@dataclass(frozen=True, slots=True)
class Neo4jSettings:
    """Where the copy is kept."""

    url: str = field(default="", metadata=starting_with("bolt://", "bolt+s://", "neo4j://", "neo4j+s://"))
    """Address of the server; empty means that there is no copy."""
    user: str = ""
    """Who writes it; empty logs nobody in."""
    password_env: str = ""
    """Name of the environment variable that holds the password of that user."""
