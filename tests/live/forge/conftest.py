"""The contract suite of forges, on a real Gitea."""

import pytest

from tests.forges import LiveForge


@pytest.fixture(scope="session")
def live_forge(gitea_forge: LiveForge) -> LiveForge:
    return gitea_forge
