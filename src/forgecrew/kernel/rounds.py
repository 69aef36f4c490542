"""Doing a part of a process every few seconds, whatever becomes of the database meanwhile."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from sqlalchemy.exc import SQLAlchemyError

from forgecrew.core.rest import rest

log = logging.getLogger(__name__)


async def again_and_again(
    part: Callable[[], Awaitable[object]], seconds: float, *wakers: asyncio.Event, so: str = "the database does not answer",
    beside: tuple[type[Exception], ...] = (), trouble_seconds: float | None = None,
) -> None:  # fmt: skip
    """Do a part every few seconds until the first of `wakers` is set; the others have it done early, and are cleared before it.

    A part that gives True has more to do and is done again at once. A database that does not answer is tried again, and so are
    errors `beside` that one, after `trouble_seconds` when given. `so` is what a problem means; the same one is told once until
    the part worked again.
    """
    stopping, problem = wakers[0], ""
    while not stopping.is_set():
        for waker in wakers[1:]:
            waker.clear()
        try:
            more, problem = await part(), ""
            if more is True:
                continue
            pause = seconds
        except (SQLAlchemyError, OSError, *beside) as error:
            if str(error) != problem:
                log.warning("%s: %s", so, error)
            problem = str(error)
            pause = seconds if trouble_seconds is None else trouble_seconds
        await rest(pause, *wakers)
