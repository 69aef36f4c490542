"""Every request of the adapter is one that the running Gitea itself describes."""

import httpx
import pytest

from tests.contracts.forge.description import Description
from tests.contracts.forge.test_description import *  # noqa: F403
from tests.forges import LiveForge

pytestmark = pytest.mark.live


@pytest.fixture(scope="session")
def description(gitea_forge: LiveForge) -> Description:
    return httpx.get(f"{gitea_forge.url}/swagger.v1.json", trust_env=False, timeout=30).json()
