"""Every kind of webhook that is understood."""

from forgecrew.app import discover
from forgecrew.ports.event_source import EventSource


def event_sources() -> dict[str, EventSource]:
    """By the name in its address."""
    found = discover.providers("event_source")
    return {name: module.source() for name, module in found.working.items()}
