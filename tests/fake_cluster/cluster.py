"""Starts a cluster for tests in a thread of its own, and writes the kubeconfig that leads to it."""

import asyncio
import atexit
import json
import shutil
import tempfile
import threading
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .server import serve
from .state import State


@dataclass(frozen=True, slots=True)
class FakeCluster:
    """Its address, which is its router's as well, the kubeconfig and the state, which its own thread changes."""

    url: str
    kubeconfig: Path
    state: State


@cache
def fake_cluster() -> FakeCluster:
    """The cluster of this test run."""
    made = start_cluster(folder := Path(tempfile.mkdtemp(prefix="forgecrew-cluster-")))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return made


def start_cluster(folder: Path) -> FakeCluster:
    """A cluster that ends with this process."""
    ready: list[tuple[str, State]] = []
    started, loop = threading.Event(), asyncio.new_event_loop()

    async def run() -> None:
        state = State(folder / "pods")
        server = await serve(state)
        ready.append((f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", state))
        started.set()

    def work() -> None:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(run())
        loop.run_forever()

    folder.chmod(0o711)
    threading.Thread(target=work, daemon=True).start()
    if not started.wait(20):
        raise RuntimeError("the cluster for tests did not start")
    url, state = ready[0]
    atexit.register(lambda: asyncio.run_coroutine_threadsafe(state.end(), loop).result(30))
    file = folder / "kubeconfig.json"
    named = {"name": "test"}
    config = {
        "apiVersion": "v1", "kind": "Config", "current-context": "test", "clusters": [{**named, "cluster": {"server": url}}],
        "users": [{**named, "user": {}}], "contexts": [{**named, "context": {"cluster": "test", "user": "test"}}],
    }  # fmt: skip
    file.write_text(json.dumps(config))
    return FakeCluster(url, file, state)
