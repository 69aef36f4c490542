"""The contract suite's pulls, on a real Gitea."""

import pytest

from tests.contracts.forge.test_pulls import *  # noqa: F403

pytestmark = pytest.mark.live
