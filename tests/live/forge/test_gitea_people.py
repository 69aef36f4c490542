"""The contract suite's people, on a real Gitea."""

import pytest

from tests.contracts.forge.test_people import *  # noqa: F403

pytestmark = pytest.mark.live
