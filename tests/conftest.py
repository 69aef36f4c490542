"""Fixtures for all tests, and how tests are shared out over processes."""

from tests.databases import database, database_url, postgres_url, sqlite_database
from tests.forges import live_forge, practice_forge, team
from tests.shares import pytest_xdist_auto_num_workers, pytest_xdist_make_scheduler
from tests.typescript import typescript

__all__ = [
    "database",
    "database_url",
    "live_forge",
    "postgres_url",
    "practice_forge",
    "pytest_xdist_auto_num_workers",
    "pytest_xdist_make_scheduler",
    "sqlite_database",
    "team",
    "typescript",
]
