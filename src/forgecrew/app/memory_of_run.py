"""What the desk of a run is given of memory: recall, earlier issues, and the tools that ask it."""

import functools

from forgecrew.agents.desk import Desk
from forgecrew.agents.trusted import who_may_write
from forgecrew.app.sections.memory import MemorySettings
from forgecrew.app.tools_of_run import tools_of_run
from forgecrew.memory.pages.proposing import PageProposing
from forgecrew.memory.recall.earlier import LikelyEarlier
from forgecrew.memory.recall.for_run import Given, TaskRecall
from forgecrew.memory.recall.places import url_of_key


def give_memory(desk: Desk, memory: Given, settings: MemorySettings) -> None:
    """Code is recalled for roles that work in a checkout."""
    role, task = desk.role, desk.task
    may_write = functools.partial(who_may_write, desk)
    recall = TaskRecall(memory, task, desk.run_id, may_write, on_code="sh" in role.tools)
    pages = None
    if settings.propose_pages and task.subject.number:
        source = url_of_key(task.subject.key, memory.forge_url)
        pages = PageProposing(memory.database, desk.outbox, task, desk.run_id, source)
    memory.recaller.begin()
    desk.recall = recall
    desk.earlier = LikelyEarlier(recall) if settings.judge_related else None
    desk.tools = {**desk.tools, **tools_of_run(role, recall, pages)}
