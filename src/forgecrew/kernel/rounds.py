"""Doing something again: pauses between tries, and a part of a process every few seconds."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from sqlalchemy.exc import SQLAlchemyError

RETRY_PAUSES_SECONDS = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0)
"""Pauses before a step is tried again while the world is down; the last one stays."""

log = logging.getLogger(__name__)


async def again_and_again(part: Callable[[], Awaitable[None]], seconds: float, stopping: asyncio.Event) -> None:
    """Do a part every few seconds until stopping is set; a database that does not answer is tried again."""
    while not stopping.is_set():
        try:
            await part()
        except (SQLAlchemyError, OSError) as error:
            log.warning("the database does not answer: %s", error)
        try:
            async with asyncio.timeout(seconds):
                await stopping.wait()
        except TimeoutError:
            continue
