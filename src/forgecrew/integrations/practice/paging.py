"""Pages of lists, capped silently as in Gitea."""

from collections.abc import Callable, Sequence

from forgecrew.integrations.practice.records import Row
from forgecrew.integrations.practice.web import Answer, Request, reply

PAGE_ITEMS = 30
PAGE_ITEMS_MAX = 50


def page_of(request: Request, items: Sequence[Row]) -> tuple[list[Row], dict[str, str]]:
    """The asked page of a list, and the header that tells its whole length. Pages are capped silently, as in Gitea."""
    page = _whole(request.asked("page"), 1)
    limit = min(_whole(request.asked("limit"), PAGE_ITEMS), PAGE_ITEMS_MAX)
    first = (page - 1) * limit
    return list(items[first : first + limit]), {"X-Total-Count": str(len(items))}


def paged(request: Request, items: Sequence[Row], shape: Callable[[Row], object]) -> Answer:
    """One page of a list as a JSON answer."""
    shown, headers = page_of(request, items)
    answer = reply([shape(item) for item in shown])
    answer.headers.update(headers)
    return answer


def _whole(text: str, default: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and 0 < int(text) < 1_000_000 else default
