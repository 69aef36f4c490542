"""One app that is hosted: started when it is wanted, watched until it listens, started again when it crashes."""

import asyncio
import contextlib
import logging
import time
from asyncio import StreamReader, StreamWriter
from collections import deque
from collections.abc import Awaitable, Callable

from forgecrew.core.app import App, AppState
from forgecrew.core.errors import ForgecrewError, RefusedError, WorldError
from forgecrew.core.moment import utc_now
from forgecrew.hosting.launch import launch, until_it_listens
from forgecrew.hosting.rules import HostingRules
from forgecrew.hosting.wire import Wire
from forgecrew.ports.sandbox_backend import SandboxBackend
from forgecrew.ports.service import Service

PAUSES = (0.5, 1.0, 2.0, 4.0)
"""Seconds before a crashed app is started again; after the last one it has failed."""
WELL_SECONDS = 60.0
NOTICED_SECONDS = 2.0
"""Within this time it is noticed that an app has crashed; until then its port takes no stream, or it listens anew."""
_LOG_SECONDS = 1.0

Note = Callable[..., Awaitable[None]]
log = logging.getLogger(__name__)


class Hosted:
    """Runs one app. `note(**values)` keeps what people see; `files()` gives its gzipped tar."""

    def __init__(
        self, app: App, rules: HostingRules, backend: SandboxBackend, files: Callable[[], Awaitable[bytes]], note: Note,
        starts: asyncio.Semaphore,
    ) -> None:  # fmt: skip
        self.app = app
        self.seen_at = time.monotonic()
        self.streams = 0
        self.spare: deque[Wire] = deque()
        self._rules, self._backend, self._files, self._note = rules, backend, files, note
        self._starts = starts
        self._service: Service | None = None
        self._port = 0
        self._ready = asyncio.Event()
        self._life: asyncio.Task[None] | None = None
        self.problem = app.problem if app.state is AppState.FAILED else ""

    @property
    def alive(self) -> bool:
        """Whether it is starting, running, or about to be started again."""
        return self._life is not None and not self._life.done()

    @property
    def ready(self) -> bool:
        """Whether it takes requests now."""
        return self._ready.is_set()

    def start(self) -> None:
        """Begin its life unless it has one."""
        if not self.alive:
            self.problem = ""
            self._ready.clear()
            self._life = asyncio.get_running_loop().create_task(self._live())

    def touch(self) -> None:
        """Somebody uses it."""
        self.seen_at = time.monotonic()

    async def connect(self) -> tuple[StreamReader, StreamWriter]:
        """A stream to it; a suspended one is started first. Raises RefusedError with the reason when it cannot serve."""
        self.touch()
        deadline = time.monotonic() + NOTICED_SECONDS
        while time.monotonic() < deadline:
            if not self._ready.is_set():
                await self._wait_ready()
                deadline = time.monotonic() + NOTICED_SECONDS
            try:
                if self._service is not None:
                    return await self._service.connect(self._port)
            except ConnectionRefusedError:
                await asyncio.sleep(0.05)
        raise RefusedError(self.problem or "the app does not accept connections")

    async def suspend(self) -> None:
        """Stop it; the next request starts it again."""
        await self.stop()
        if not self.alive:  # else somebody came meanwhile
            await self._note(state=AppState.SUSPENDED)

    async def end(self) -> None:
        """Stop it for good: who still wants a stream does not start it again."""
        self.problem = self.problem or "the app has ended"
        await self.stop()

    async def stop(self) -> None:
        """End its processes; its files stay."""
        while self.spare:
            self.spare.pop().close()
        life, self._life = self._life, None
        self._ready.clear()  # now: at the end a new life may have begun
        if life is not None:
            life.cancel()
            await asyncio.gather(life, return_exceptions=True)

    def printed(self) -> str:
        """What it printed since it was started."""
        return self._service.log().decode("utf-8", "replace").replace("\0", "") if self._service else ""

    async def _wait_ready(self) -> None:
        if self.problem:
            raise RefusedError(self.problem)
        self.start()
        waiting = asyncio.ensure_future(self._ready.wait())
        try:
            await asyncio.wait([waiting, *([self._life] if self._life else [])], return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()
        if not self._ready.is_set():
            raise RefusedError(self.problem or "the app was stopped")

    async def _live(self) -> None:
        crashes = 0
        try:
            while True:
                began = time.monotonic()
                try:
                    reason = await self._once(crashes)
                except WorldError as error:  # the machine, not the app: it may go better in a moment
                    reason = f"because {error}"
                crashes = 0 if time.monotonic() - began > WELL_SECONDS else crashes
                if crashes >= len(PAUSES):
                    raise RefusedError(f"the app ended {crashes + 1} times, the last time {reason}; its log tells more")
                await self._note(state=AppState.STARTING, restarts=crashes + 1, log=self.printed())
                await asyncio.sleep(PAUSES[crashes])
                crashes += 1
        except ForgecrewError as error:
            await self._fail(str(error))
        except Exception as error:  # a fault of ours must be seen where the app is seen, and not end its host
            log.exception("hosting %s met a fault", self.app.name)
            await self._fail(f"forgecrew met a fault: {type(error).__name__}: {error}")

    async def _once(self, crashes: int) -> str:
        """One start and what follows until its end; gives how it ended."""
        await self._note(state=AppState.STARTING, problem="")
        async with self._starts:
            self._service, self._port = await launch(self.app, self._rules, self._backend, self._files)
        service = self._service
        ending = asyncio.ensure_future(service.wait())
        try:
            await until_it_listens(service, self._port, ending, seconds_max=self._rules.start_seconds, first=crashes == 0)
            await self._note(state=AppState.RUNNING, ready_at=utc_now(), problem="", log=self.printed())
            self.seen_at = time.monotonic()
            self._ready.set()
            shown = ""
            while not ending.done():
                await asyncio.wait([ending], timeout=_LOG_SECONDS)
                if (printed := self.printed()) != shown:
                    shown = printed
                    await self._note(log=printed)
        finally:
            if self._service is service:  # else it lives anew, and this is the end of its last life
                self._ready.clear()
            ending.cancel()
            with contextlib.suppress(ForgecrewError):
                await asyncio.shield(service.stop())
        result = await service.wait()
        return f"with {'status ' + str(result.exit_code) if result.reason == 'exit' else result.reason}"

    async def _fail(self, problem: str) -> None:
        self.problem = problem
        log.warning("the app %s failed: %s", self.app.name, problem.splitlines()[0])
        await self._note(state=AppState.FAILED, problem=problem, log=self.printed())
