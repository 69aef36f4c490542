"""Files of a workspace in a pod, read and written by a program of ours there, never through a link."""

import base64
import errno
import secrets
from typing import Any

from forgecrew.core.beneath import MEANINGS
from forgecrew.core.errors import SandboxUnavailable
from forgecrew.core.signals import TellModel
from forgecrew.integrations.kubernetes.calls import POD_FILES, Answer, ask, upload
from forgecrew.integrations.kubernetes.cluster import Cluster

_PART_BYTES = 4 << 20
_INLINE_BYTES = 48 << 10


async def read(cluster: Cluster, handle: Any, path: str, bytes_max: int) -> bytes:
    """The whole content, in parts. Raises TellModel when it is absent, too large or something else."""
    _check(path)
    content = b""
    while True:
        part = min(_PART_BYTES, bytes_max + 1 - len(content))
        answer = await _asked(cluster, handle, path, {"do": "read", "bytes": part, "offset": len(content)})
        fresh = base64.b64decode(answer["content"])
        content += fresh
        if answer["size"] > bytes_max or len(content) > bytes_max:
            raise TellModel(f"{path}: larger than {bytes_max} bytes; read a part of it with a command")
        if len(fresh) < part:
            return content


async def write(cluster: Cluster, handle: Any, path: str, content: bytes) -> None:
    """Replace or make a file; it appears whole or not at all. Raises TellModel when refused."""
    _check(path)
    token = secrets.token_hex(8)
    request: Answer = {"do": "write", "token": token, "uploaded": "", "content": ""}
    if len(content) > _INLINE_BYTES:
        request["uploaded"] = f".in-{token}"
        await upload(cluster, handle, request["uploaded"], content)
    else:
        request["content"] = base64.b64encode(content).decode()
    await _asked(cluster, handle, path, request)


async def used_bytes(cluster: Cluster, handle: Any) -> int | None:
    """What the workspace takes; None where the pod does not say."""
    return (await ask(cluster, handle, POD_FILES, {"do": "use"})).get("disk")


async def _asked(cluster: Cluster, handle: Any, path: str, request: Answer) -> Answer:
    answer = await ask(cluster, handle, POD_FILES, {**request, "path": path})
    if answer.get("lost"):
        raise SandboxUnavailable("something in the pod killed what read and wrote its files; try again")
    if "errno" in answer:
        number = answer["errno"]
        if number not in MEANINGS:
            raise SandboxUnavailable(f"{path}: error {number} in the pod")
        raise TellModel(f"{path}: {MEANINGS[number]}")
    return answer


def _check(path: str) -> None:
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if not parts or ".." in parts or path.startswith("/") or "\0" in path:
        raise TellModel(f"{path}: {MEANINGS[errno.EXDEV]}; give a path relative to the workspace")
