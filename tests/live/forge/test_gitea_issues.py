"""The contract suite's issues, on a real Gitea."""

import pytest

from tests.contracts.forge.test_issues import *  # noqa: F403

pytestmark = pytest.mark.live
