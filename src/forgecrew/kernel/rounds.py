"""Doing something again: pauses between tries, and a part of a process every few seconds."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from sqlalchemy.exc import SQLAlchemyError

RETRY_PAUSES_SECONDS = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0)
"""Pauses before a step is tried again while the world is down; the last one stays."""

log = logging.getLogger(__name__)


async def again_and_again(
    part: Callable[[], Awaitable[object]], seconds: float, stopping: asyncio.Event, *,
    so: str = "the database does not answer", beside: tuple[type[Exception], ...] = (),
) -> None:  # fmt: skip
    """Do a part every few seconds until stopping is set; a database that does not answer is tried again.

    So are errors `beside` that one. `so` is what a problem means; the same one is told once until the part worked again.
    """
    problem = ""
    while not stopping.is_set():
        try:
            await part()
            problem = ""
        except (SQLAlchemyError, OSError, *beside) as error:
            if str(error) != problem:
                log.warning("%s: %s", so, error)
            problem = str(error)
        try:
            async with asyncio.timeout(seconds):
                await stopping.wait()
        except TimeoutError:
            continue
