"""The contract suite's repositories, on a real Gitea."""

import pytest

from tests.contracts.forge.test_repositories import *  # noqa: F403

pytestmark = pytest.mark.live
