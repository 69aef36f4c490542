"""The contract suite's statuses, on a real Gitea."""

import pytest

from tests.contracts.forge.test_statuses import *  # noqa: F403

pytestmark = pytest.mark.live
