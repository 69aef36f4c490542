"""Running the parts of a process side by side until somebody asks it to stop, then giving them a few seconds to end."""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import cast

GRACE_SECONDS = 4.0
SUPERVISED = "FORGECREW_SUPERVISED"
"""Set by the supervisor: the end of standard input means stop. Signals get lost where a process is wrapped; pipes do not."""

Part = Callable[[asyncio.Event], Awaitable[None]]
"""Runs until the event is set, and then ends by itself soon."""

log = logging.getLogger(__name__)


async def run_until_stopped(parts: Mapping[str, Part], *, grace_seconds: float = GRACE_SECONDS) -> None:
    """Run all parts until SIGTERM, SIGINT or the supervisor asks to stop; a part that fails ends all and is raised."""
    stopping = asyncio.Event()
    forget = _listen(stopping)
    tasks = {asyncio.create_task(_call(part, stopping), name=name): name for name, part in parts.items()}
    asked = asyncio.create_task(stopping.wait(), name="asked to stop")
    try:
        await asyncio.wait([*tasks, asked], return_when=asyncio.FIRST_COMPLETED)
        for task in [task for task in tasks if task.done() and not stopping.is_set()]:
            log.error("%s ended by itself", tasks[task], exc_info=task.exception())
        stopping.set()
        _, late = await asyncio.wait(tasks, timeout=grace_seconds)
        for task in late:
            log.warning("%s did not end within %s s and is cut off", tasks[task], grace_seconds)
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    finally:
        asked.cancel()
        forget()
    for task in tasks:
        error = None if task.cancelled() else task.exception()
        if error is not None:
            raise _one_of_ours(error)


def _one_of_ours(error: BaseException) -> BaseException:
    """An error out of a group that holds nothing else, so that one of ours is shown as its sentence."""
    inner = list(cast("Sequence[BaseException]", getattr(error, "exceptions", ())))
    return _one_of_ours(inner[0]) if len(inner) == 1 else error


async def _call(part: Part, stopping: asyncio.Event) -> None:
    await part(stopping)


def _listen(stopping: asyncio.Event) -> Callable[[], None]:
    """Set the event on signals and, under the supervisor, at the end of standard input; gives what undoes it."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    supervised = os.environ.get(SUPERVISED) == "1"
    if supervised:
        loop.add_reader(sys.stdin.fileno(), _on_input, stopping)

    def forget() -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
        if supervised:
            loop.remove_reader(sys.stdin.fileno())

    return forget


def _on_input(stopping: asyncio.Event) -> None:
    if not os.read(sys.stdin.fileno(), 4096):
        asyncio.get_running_loop().remove_reader(sys.stdin.fileno())
        stopping.set()
