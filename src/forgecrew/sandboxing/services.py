"""The commands of one sandbox that go on."""

import asyncio
import contextlib

from forgecrew.core.capped_output import CappedOutput
from forgecrew.core.command import Command, Result
from forgecrew.core.sandbox import Profile
from forgecrew.sandboxing.live import Live
from forgecrew.sandboxing.run import OnOutput, run
from forgecrew.sandboxing.service import Running
from forgecrew.sandboxing.wish import Bounds, Wish


class Services:
    """Each is known here until its end."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self._known: set[Running] = set()

    async def start(self, command: Command, profile: Profile, on_output: OnOutput | None) -> Running:
        """One more; its timeout, when it has one, is its time to live."""
        output = CappedOutput(profile.output_bytes)
        async with contextlib.AsyncExitStack() as stack:
            wish = Wish(command, profile, command.timeout_seconds, gate=True, stays=True)
            begun, gate = await stack.enter_async_context(self._live.begun(wish))
            held = stack.pop_all()

        async def whole() -> Result:
            bounds = Bounds(command.timeout_seconds, profile.output_bytes, endless=True)
            async with held:
                return await run(begun, command.stdin, bounds, self._live.watch, on_output, output)

        running = Running(whole(), lambda: begun.kill("killed"), output.content, gate.connect)
        self._known.add(running)
        running.ending.add_done_callback(lambda _: self._known.discard(running))
        try:
            await asyncio.sleep(0)  # once begun, it clears away after itself
        except BaseException:  # cancelled: nobody else could end it
            begun.kill("killed")
            raise
        return running

    async def stop(self) -> None:
        """All of them."""
        await asyncio.gather(*(running.stop() for running in list(self._known)), return_exceptions=True)
