"""The practice forge's resources: one file per kind of thing, each with its list of operations."""

from forgecrew.integrations.practice.operations import Operations
from forgecrew.integrations.practice.resources import (
    collaborators,
    comments,
    hooks,
    instance,
    issues,
    labels,
    merging,
    notifications,
    people,
    pulls,
    repositories,
    reviews,
)

_ALL = (collaborators, comments, hooks, instance, issues, labels, merging, notifications, people, pulls, repositories, reviews)


def everything() -> Operations:
    """All operations that the practice forge offers."""
    return Operations(*(resource.operations for resource in _ALL))
