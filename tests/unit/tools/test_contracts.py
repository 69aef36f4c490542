"""What the model reads about each tool."""

from types import ModuleType

import pytest

from forgecrew.agents.act import parse_action
from forgecrew.core.tokens import estimate
from forgecrew.tools import edit_file, run_code, run_shell, write_file


@pytest.mark.parametrize("module", [run_shell, edit_file, write_file, run_code])
def test_contracts_are_short_and_can_be_read_as_they_are_written(module: ModuleType) -> None:
    tool = module.tool(*(None for _ in getattr(module, "NEEDS", ())))
    assert estimate(tool.contract) <= 90
    assert parse_action(tool.contract, (tool.kind,)).kind == tool.kind
