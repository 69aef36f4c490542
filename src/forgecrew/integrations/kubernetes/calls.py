"""Requests to what runs inside a pod: given as a command to the pod's server, answered with a line of JSON."""

import asyncio
import base64
import json
import shlex
import time
from typing import Any

from forgecrew.core.errors import SandboxUnavailable
from forgecrew.integrations.kubernetes.cluster import Cluster
from forgecrew.sandboxing.programs import program

KEEPER = program("keeper")
POD_FILES = program("pod_files")
_MARGIN_SECONDS, _AGAIN_SECONDS = 60, 120.0
Answer = dict[str, Any]


async def ask(cluster: Cluster, handle: Any, source: str, request: Answer) -> Answer:
    """Run a program of ours in the pod. Raises SandboxUnavailable where it does not start; killed there, it is `lost`."""
    words = base64.b64encode(json.dumps(request).encode()).decode()
    line = shlex.join(["python3", "-I", "-c", source, words])
    try:
        done = await cluster.call(handle.commands.run, line, timeout=int(request.get("wait", 0)) + _MARGIN_SECONDS)
    except SandboxUnavailable as error:
        if type(error.__cause__).__name__ == "SandboxRequestError":  # its server died with the command, or before
            return {"lost": True}
        raise
    if done.exit_code == 0 and done.stdout.startswith("{"):
        return json.loads(done.stdout)
    if done.exit_code < 0 or done.exit_code > 128:
        return {"lost": True}
    said = (done.stderr or done.stdout).strip()[-300:]
    raise SandboxUnavailable(f"the pod does not run python3, which sandboxes need in their image: {said or 'no message'}")


async def settled(cluster: Cluster, handle: Any) -> None:
    """Wait until a pod whose server was killed answers again. Raises SandboxUnavailable when it does not."""
    until = time.monotonic() + _AGAIN_SECONDS
    while (await ask(cluster, handle, POD_FILES, {"do": "use"})).get("lost"):
        if time.monotonic() > until:
            raise SandboxUnavailable("the pod does not answer any more; the sandbox must be made again")
        await asyncio.sleep(0.2)


async def upload(cluster: Cluster, handle: Any, name: str, content: bytes) -> None:
    """A file of the workspace's top folder, by the pod's server."""
    await cluster.call(handle.files.write, name, content, timeout=300)
