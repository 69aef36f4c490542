"""Labels of control groups: they tell whose sandbox a group is, and which process made it."""

import itertools

from forgecrew.integrations.bubblewrap.maker import is_dead, maker

SPARE = "-"
"""Stands where the name of a sandbox would, in the label of a group that waits for one."""

_counter = itertools.count()


def new_label(scope: str, name: str) -> str:
    """A label that no group has had: `<scope>.<name>.<number>.<maker>`."""
    return f"{scope}.{name}.{next(_counter)}.{maker()}"


def name_of(label: str) -> str:
    """The sandbox that a group of this label belongs to."""
    return label.split(".")[1]


def is_orphan(label: str) -> bool:
    """Whether the process that made a group of this label is gone."""
    return is_dead(label.split(".", 3)[-1])
