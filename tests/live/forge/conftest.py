"""The contract suite of forges, on a real Gitea."""

import pytest

from tests.forges import LiveForge
from tests.gitea_process import gitea_forge

__all__ = ["gitea_forge", "live_forge"]


@pytest.fixture(scope="session")
def live_forge(gitea_forge: LiveForge) -> LiveForge:
    return gitea_forge
