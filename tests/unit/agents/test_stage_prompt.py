"""How a stage is told its tools: all that a role lists fit the smallest window, and none is shown by half."""

from pathlib import Path
from typing import Any

import pytest

from forgecrew.agents.act import parse_action
from forgecrew.agents.budgets import Budgets
from forgecrew.agents.stage_prompt import how
from forgecrew.app import discover
from forgecrew.app.load_role import load_roles
from forgecrew.core.tokens import CHARACTERS_PER_TOKEN, estimate

TOKENS_MAX = Budgets.for_window(4096).contract + Budgets.for_window(4096).tools


def contracts() -> dict[str, str]:
    """Of every tool, by its kind."""
    nothing: Any = None
    made = [
        module.tool(*(nothing for _ in (*getattr(module, "NEEDS", ()), *getattr(module, "NEEDS_OF_RUN", ()))))
        for module in discover.tools().working.values()
    ]
    return {one.kind: one.contract for one in made}


@pytest.mark.parametrize("role", ["coder", "reviewer"])
def test_all_tools_of_a_role_fit_the_smallest_window(tmp_path: Path, role: str) -> None:
    known, tools = contracts(), load_roles(tmp_path)[0][role].tools
    assert set(tools) <= set(known), "a role lists no tool that there is not"
    shown = how([known[kind] for kind in tools], TOKENS_MAX, CHARACTERS_PER_TOKEN)
    assert estimate(shown) <= TOKENS_MAX
    assert [kind for kind in tools if known[kind] not in shown] == []


def test_what_does_not_fit_is_left_out_whole() -> None:
    known = contracts()
    kinds = ["sh", "edit", "write", "browse", "recall"]
    for density in (3.6, 3.0, 2.4, 1.8):
        shown = how([known[kind] for kind in kinds], TOKENS_MAX, density)
        there = [kind for kind in kinds if known[kind] in shown]
        assert there == kinds[: len(there)] and there[0] == "sh" and "```done" in shown
        assert all(f"```{kind}" not in shown for kind in kinds[len(there) :])


def test_every_contract_can_be_read_as_it_is_written() -> None:
    for kind, contract in contracts().items():
        assert estimate(contract) <= 90
        assert parse_action(contract, (kind,)).kind == kind
