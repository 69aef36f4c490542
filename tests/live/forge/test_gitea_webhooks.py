"""The contract suite's webhooks, on a real Gitea."""

import pytest

from tests.contracts.forge.test_webhooks import *  # noqa: F403

pytestmark = pytest.mark.live
