"""What an event is: its kind, or what it was before it was told anew out of the past."""

from forgecrew.core.event import Event


def kind_of(event: Event) -> str:
    """The kind; for `other` the word that its payload gives as `what`, such as issue.commented or branch.deleted."""
    return str(event.payload.get("what") or event.kind) if event.kind == "other" else event.kind
