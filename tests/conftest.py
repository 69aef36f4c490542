"""Fixtures for all tests."""

from tests.databases import database, database_url, postgres_url, sqlite_database
from tests.forges import live_forge, practice_forge, team
from tests.typescript import typescript

__all__ = [
    "database",
    "database_url",
    "live_forge",
    "postgres_url",
    "practice_forge",
    "sqlite_database",
    "team",
    "typescript",
]
