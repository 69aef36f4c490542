"""The instance itself: version and settings."""

from forgecrew.integrations.practice.operations import VERSION, Operations
from forgecrew.integrations.practice.paging import PAGE_ITEMS, PAGE_ITEMS_MAX
from forgecrew.integrations.practice.practice import Practice
from forgecrew.integrations.practice.web import Answer, Request, reply

operations = Operations()


@operations.on("GET /version")
async def version(practice: Practice, request: Request) -> Answer:
    """The version."""
    return reply({"version": VERSION})


@operations.on("GET /settings/api")
async def settings(practice: Practice, request: Request) -> Answer:
    """Limits of the API."""
    return reply({"max_response_items": PAGE_ITEMS_MAX, "default_paging_num": PAGE_ITEMS})
