"""A workspace for the tools."""

from pathlib import Path

import pytest

from tests.plain_sandbox import PlainSandbox


@pytest.fixture
def sandbox(tmp_path: Path) -> PlainSandbox:
    return PlainSandbox(tmp_path)
