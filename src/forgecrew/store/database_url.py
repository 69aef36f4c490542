"""One database address, as each of our drivers wants it."""

from forgecrew.core.errors import ConfigError


def async_url(url: str) -> str:
    """The URL with the async driver that we use; raises ConfigError for other databases."""
    for prefix, driver in (
        ("sqlite", "sqlite+aiosqlite"),
        ("postgresql", "postgresql+asyncpg"),
        ("postgres", "postgresql+asyncpg"),
    ):
        scheme, colon, rest = url.partition("://")
        if colon and scheme.split("+")[0] == prefix:
            return f"{driver}://{rest}"
    raise ConfigError(f"FORGECREW_DATABASE_URL must start with sqlite:/// or postgresql://, not {url.split('://')[0]!r}")


def sync_url(url: str) -> str:
    """The same database for tools that are not async (migrations, the journal)."""
    return async_url(url).replace("+aiosqlite", "").replace("+asyncpg", "+psycopg")
