"""The journal of one run: steps are done once, stopped when asked, and tried again when the world is down."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from dbos import DBOS
from dbos import error as dbos_error
from sqlalchemy.exc import InterfaceError, OperationalError

from forgecrew.core.errors import ForgecrewError, Stopped, WorldError
from forgecrew.core.signals import Signal
from forgecrew.kernel.journal_values import Sealed, seal, seal_error, unseal

Work = Callable[[], Awaitable[Any]]
log = logging.getLogger(__name__)


class RunLeft(BaseException):
    """This worker must not go on with the run: it drains, or another has taken the run over. Nothing of it is written."""


class JournalMismatch(ForgecrewError):
    """The steps in the journal are not those that the procedure asks for: it was changed since."""


class RunJournal:
    """Implements ports.journal.Journal. `stop` and `leave` are for the worker.

    Between tries of a step it pauses for `pauses_seconds`; the last one stays.
    """

    def __init__(self, run_id: str, *, pauses_seconds: Sequence[float]) -> None:
        self.run_id = run_id
        self.moved_at = asyncio.get_running_loop().time()
        self._pauses = tuple(pauses_seconds)
        self._stop_reason = ""
        self._stop_told = False
        self._left = False
        self._running: set[asyncio.Task[Any]] = set()

    @property
    def in_step(self) -> bool:
        """Whether work of a step is going on."""
        return bool(self._running)

    @property
    def stop_told(self) -> bool:
        """Whether the procedure has heard that it is to stop."""
        return self._stop_told

    async def step(self, name: str, work: Work, *, timeout_seconds: float = 3600.0, retries: int = 0) -> Any:
        """The JSON result of work(), from the journal when it is there. See the port.

        `timeout_seconds` bounds each attempt; one that takes longer counts as WorldError. The first step after the task was
        asked to stop raises Stopped; those after it are done, so that a procedure can say goodbye.
        """
        if self._left:
            raise RunLeft
        try:
            stored: Any = await DBOS.run_step_async({"name": name}, self._record, name, work, timeout_seconds, retries)
        except dbos_error.DBOSUnexpectedStepError as error:
            raise JournalMismatch(f"the journal of run {self.run_id} does not fit its procedure: {error}") from None
        except (Exception, dbos_error.DBOSBaseException) as error:
            # Work never raises through here: either another worker owns the run now, or the journal cannot be written.
            log.warning("run %s is left at step %r: %s", self.run_id, name, error)
            self._left = True
            raise RunLeft from error
        self.moved_at = asyncio.get_running_loop().time()
        return unseal(json.loads(stored.text) if isinstance(stored, Sealed) else stored)

    def stop(self, reason: str) -> None:
        """Cancel what is going on; the step in flight, or else the next one, raises Stopped."""
        self._stop_reason = reason
        for attempts in self._running:
            attempts.cancel()

    def leave(self) -> None:
        """Let no further step begin."""
        self._left = True

    async def _record(self, name: str, work: Work, timeout_seconds: float, retries: int) -> Sealed:
        """What goes into the journal; only a run that is left writes nothing."""
        self.moved_at = asyncio.get_running_loop().time()
        if self._stop_reason and not self._stop_told:
            return self._stopped()
        attempts = asyncio.create_task(self._attempts(name, work, timeout_seconds, retries), name=f"step {name}")
        self._running.add(attempts)
        try:
            return seal(await attempts)
        except asyncio.CancelledError:
            if not self._stop_reason or self._left or _run_is_cancelled():
                raise
            return self._stopped()
        except (ForgecrewError, Signal) as error:
            return seal_error(error)
        except Exception as error:
            # Whatever a step raises must come back alike on replay, so all of it is kept.
            log.exception("step %r of run %s failed", name, self.run_id)
            return seal_error(error)
        finally:
            self._running.discard(attempts)

    def _stopped(self) -> Sealed:
        self._stop_told = True
        return seal_error(Stopped(f"stopped: {self._stop_reason}"))

    async def _attempts(self, name: str, work: Work, timeout_seconds: float, retries: int) -> Any:
        for attempt in range(retries):
            try:
                return await _within(timeout_seconds, name, work)
            except WorldError as error:
                pause = self._pauses[min(attempt, len(self._pauses) - 1)]
                log.info("step %r of run %s is tried again in %g s: %s", name, self.run_id, pause, error)
                await asyncio.sleep(pause)
        return await _within(timeout_seconds, name, work)


async def _within(timeout_seconds: float, name: str, work: Work) -> Any:
    limit = asyncio.timeout(timeout_seconds)
    try:
        async with limit:
            return await work()
    except TimeoutError:
        if not limit.expired():
            raise
        raise WorldError(f"{name} took longer than {timeout_seconds:g} s") from None
    except (OSError, OperationalError, InterfaceError) as error:
        # A full disk, too many open files, a database that is restarted: the step itself is not at fault.
        told = str(getattr(error, "orig", None) or error)
        raise WorldError(f"{name}: this machine or its database did not bear it ({told}); `forgecrew doctor` looks") from error


def _run_is_cancelled() -> bool:
    """Whether the run itself is being cancelled, and not only its step."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
