"""Tools that are made for each run anew, since they answer by what the run may read."""

from collections.abc import Mapping

from forgecrew.app import discover
from forgecrew.core.role import Role
from forgecrew.memory.pages.proposing import PageProposing
from forgecrew.memory.recall.asking import TaskQuestions
from forgecrew.memory.recall.for_run import TaskRecall
from forgecrew.ports.tool import Tool


def tools_of_run(role: Role, recall: TaskRecall, pages: PageProposing | None = None) -> Mapping[str, Tool]:
    """Those that the role lists, by the first word of their block; nothing is made for other roles."""
    given = {"memory": TaskQuestions(recall, pages)}
    found = [module for module in discover.tools().working.values() if hasattr(module, "NEEDS_OF_RUN")]
    made = [module.tool(**{name: given[name] for name in module.NEEDS_OF_RUN}) for module in found] if role.tools else []
    return {one.kind: one for one in made if one.kind in role.tools}
