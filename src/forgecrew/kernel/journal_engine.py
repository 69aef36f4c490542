"""The engine below the journals: DBOS, set up once per work process, with our SQLite settings and JSON instead of pickles."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum

import sqlalchemy as sa
from dbos import DBOS, DBOSConfig, Serializer, SetWorkflowID

from forgecrew.core.errors import ConfigError
from forgecrew.core.json import Json
from forgecrew.kernel.journal_database import journal_connections
from forgecrew.kernel.journal_values import JsonText

JOURNAL_VERSION = "forgecrew-2"
"""Written with each journal; must change when procedures change the names or the order of their steps."""
APP_NAME = "forgecrew"
THREADS_MAX = 32
POLLING_SECONDS = 0.5

Body = Callable[[str], Awaitable[Json]]
"""Does one run to its end, given its id, and gives what the workflow keeps as its result."""

log = logging.getLogger(__name__)


class Found(StrEnum):
    """What `go_on` found of a run's journal."""

    GOES_ON = "goes on"
    OVER = "over"
    FOREIGN = "foreign"


class _Serializer(JsonText, Serializer):
    """JSON in the library's terms."""


class JournalEngine:
    """One per process: the library keeps its state globally. All workflows run on the event loop that calls `launch`."""

    def __init__(self, url: str, worker_id: str, *, version: str = JOURNAL_VERSION, full_sync: bool = False) -> None:
        self.url, self.worker_id, self.version = url, worker_id, version
        self._full_sync = full_sync
        self._engine: sa.Engine | None = None

    async def launch(self, body: Body) -> None:
        """Open the journal and be ready for `start` and `go_on`. Raises ConfigError when its database cannot be used."""
        global _body  # the library wants its workflows as functions of a module
        _body = body
        try:
            self._engine = journal_connections(self.url, full_sync=self._full_sync)
            DBOS(config=self._config())
            _speak_quietly()
            # The running loop becomes the library's main loop, so that runs taken from its queues run here as well;
            # that must be the loop of a lasting thread, since sandboxes die with the thread that made them.
            DBOS.listen_queues([self.queue_name(self.worker_id)])
            DBOS.launch()
            await self.remember_worker()
        except Exception as error:
            # Whatever the library or the database says, the operator must look at the setting.
            await self.close()
            where = sa.make_url(self.url).render_as_string(hide_password=True)
            raise ConfigError(f"the journal {where} cannot be opened ({error}): check FORGECREW_DATABASE_URL") from error

    async def start(self, run_id: str) -> None:
        """Begin a run's workflow here; the same id again changes nothing."""
        with SetWorkflowID(run_id):
            await DBOS.start_workflow_async(_run, run_id)

    async def go_on(self, run_id: str) -> Found:
        """Replay a run's journal here and go on from its end, whoever had it before and lost the right to write it.

        A journal of another version is left alone, one whose run is over needs nothing.
        """
        status = await DBOS.get_workflow_status_async(run_id)
        if status is None:
            await self.start(run_id)
        elif status.app_version != self.version:
            return Found.FOREIGN
        elif status.status in ("SUCCESS", "ERROR"):
            return Found.OVER
        else:
            await DBOS.resume_workflow_async(run_id, queue_name=self.queue_name(self.worker_id))
        return Found.GOES_ON

    async def version_of(self, run_id: str) -> str:
        """Which version wrote a run's journal; empty when there is none."""
        status = await DBOS.get_workflow_status_async(run_id)
        return (status.app_version or "") if status else ""

    async def shut(self, run_id: str) -> None:
        """Let nobody write a run's journal any more."""
        if await DBOS.get_workflow_status_async(run_id) is not None:
            await DBOS.cancel_workflow_async(run_id)

    async def remember_worker(self) -> None:
        """Make the queue of this worker, or make it again after others held it for dead."""
        await DBOS.register_queue_async(self.queue_name(self.worker_id), polling_interval_sec=POLLING_SECONDS)

    async def forget_worker(self, worker_id: str) -> None:
        """Remove the queue of a worker that is gone."""
        await DBOS.delete_queue_async(self.queue_name(worker_id))

    async def close(self) -> None:
        """Close everything; workflows that still run must have been left before."""
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(1, "journal-close") as thread:
            await loop.run_in_executor(thread, DBOS.destroy)
        # The library had put its own pool of threads in place, which is closed now.
        loop.set_default_executor(ThreadPoolExecutor(thread_name_prefix="asyncio"))
        if self._engine is not None:
            self._engine.dispose()

    @staticmethod
    def queue_name(worker_id: str) -> str:
        """The queue from which one worker gets the runs that it takes over."""
        return f"taken-over-by-{worker_id}"

    def _config(self) -> DBOSConfig:
        config = DBOSConfig(
            name=APP_NAME,
            system_database_url=self.url,
            application_version=self.version,
            executor_id=self.worker_id,
            serializer=_Serializer(),
            enable_otlp=False,
            use_listen_notify=False,
            log_level="WARNING",
            max_executor_threads=THREADS_MAX,
            sys_db_pool_size=8,
            notification_listener_polling_interval_sec=0.25,
        )
        if self._engine is not None:
            config["system_database_engine"] = self._engine
        return config


async def _nothing(_run_id: str) -> Json:
    return {}


_body: Body = _nothing


@DBOS.workflow(name="forgecrew.run", max_recovery_attempts=None)
async def _run(run_id: str) -> Json:
    return await _body(run_id)


def _speak_quietly() -> None:
    """Let the library's messages go where ours go, without those that tell of workflows that were left on purpose."""
    logger = logging.getLogger("dbos")
    for handler in list(logger.handlers):
        logger.removeHandler(handler)
    logger.propagate = True
    logger.setLevel(logging.ERROR)
