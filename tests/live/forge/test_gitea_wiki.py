"""The contract suite's wikis, on a real Gitea."""

import pytest

from tests.contracts.forge.test_wiki import *  # noqa: F403

pytestmark = pytest.mark.live
