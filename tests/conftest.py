"""Fixtures for all tests."""

from tests.databases import database, database_url, postgres_url, sqlite_database

__all__ = ["database", "database_url", "postgres_url", "sqlite_database"]
