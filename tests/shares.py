"""How the tests are shared out over several processes beside each other: `make test`, by pytest-xdist.

Most of a test's time is waiting for real processes, so there is one process more than this machine has cores. Each starts what
its tests need for itself: a practice forge, a PostgreSQL server, a cluster, a podman service.
"""

import contextlib
import math
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from forgecrew.kernel.host_memory import host_memory

if TYPE_CHECKING:
    from xdist.remote import Producer
    from xdist.scheduler import LoadScopeScheduling

PROCESSES_MAX = 8
MEMORY_BYTES_EACH = 1 << 30
"""What one of them takes at most, with the servers, the browser and the installation that its tests have started."""

TOGETHER = {
    "tests/live/forge/": "gitea",  # one of some hundred MiB is enough, and takes seconds to start
    "tests/live/app/": "gitea",
    "tests/unit/memory/vectors/": "pgvector",  # a PostgreSQL server beside the one that most tests use
    "tests/unit/tools/run_code/test_parsers.py": "typescript",  # which npm brings where the machine has none
    "tests/acceptance/test_code_runs.py": "typescript",
}
"""Tests that one process runs one after the other, for what they share is started, or fetched, once."""

BY_FILE = ("tests/acceptance/", "tests/tidy/")
"""Folders whose files start installations, or read the whole house, once for all their tests."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """How many processes `-n auto` starts."""
    return max(1, min(cores() + 1, host_memory().total_bytes // MEMORY_BYTES_EACH, PROCESSES_MAX))


def cores(groups: Path = Path("/sys/fs/cgroup")) -> int:
    """Those that this process may use: the machine's, or the share of them that a container is given."""
    found = len(os.sched_getaffinity(0))
    for files in (("cpu.max",), ("cpu/cpu.cfs_quota_us", "cpu/cpu.cfs_period_us")):
        with contextlib.suppress(OSError, ValueError):  # no group of this version here, or "max"
            quota, period = (int(word) for file in files for word in (groups / file).read_text().split())
            found = min(found, math.ceil(quota / period)) if quota > 0 else found
    return found


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: "Producer") -> "LoadScopeScheduling":
    """Shares as `share` names them, in the order of folders: acceptance tests are the longest and come first."""
    from xdist.scheduler import LoadScopeScheduling

    class Shares(LoadScopeScheduling):
        # Groups by marks would add words to the names of tests: `--last-failed` would not find them again.
        def _split_scope(self, nodeid: str) -> str:
            return share(nodeid)

    config.option.loadscopereorder = False
    return Shares(config, log)


def share(nodeid: str) -> str:
    """The name of what one process runs at a stretch: a group of folders, a file, or one test."""
    for folder, name in TOGETHER.items():
        if nodeid.startswith(folder):
            return name
    return nodeid.split("::")[0] if nodeid.startswith(BY_FILE) else nodeid
