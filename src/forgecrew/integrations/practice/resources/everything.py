"""All operations that the practice forge offers."""

from forgecrew.integrations.practice.operations import Operations
from forgecrew.integrations.practice.resources import access, code, tracker


def everything() -> Operations:
    """The operations of all resources."""
    return Operations(access.operations, code.operations, tracker.operations)
