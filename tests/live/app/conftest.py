"""`init` and `doctor` on a real Gitea."""

import pytest

from tests.forges import LiveForge
from tests.gitea_process import gitea_forge

__all__ = ["gitea_forge"]


@pytest.fixture(scope="session")
def forge_to_prepare(gitea_forge: LiveForge) -> LiveForge:
    """Where accounts and tokens are made."""
    return gitea_forge
