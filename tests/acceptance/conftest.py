"""Installations whose processes end with the test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.forges import LiveForge
from tests.houses import Installation, make_installation


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    """An installation that nothing runs of yet."""
    made = make_installation(tmp_path / "home")
    yield made
    made.close()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation with `serve` running, shared by the tests of one file."""
    made = make_installation(tmp_path_factory.mktemp("served") / "home")
    made.serve()
    yield made
    made.close()


@pytest.fixture(scope="session")
def forge_to_prepare(practice_forge: LiveForge) -> LiveForge:
    """Where accounts and tokens are made; below tests/live it is a real Gitea."""
    return practice_forge
