"""`init` and `doctor` on a real Gitea."""

import pytest

from tests.forges import LiveForge


@pytest.fixture(scope="session")
def forge_to_prepare(gitea_forge: LiveForge) -> LiveForge:
    """Where accounts and tokens are made."""
    return gitea_forge
