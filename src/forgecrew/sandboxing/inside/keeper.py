"""Runs inside a pod: keeps one command with its limits.

The argument is a request in base64 of JSON; the answer is a line of JSON. A command is kept by a process of its own that
listens at a socket, since an answer of the pod's server ends with what it started: it gathers the output, watches the limits,
and kills the whole tree at the end, when it is told to, or when nobody has asked for a while.
"""

import base64
import ctypes
import json
import os
import shutil
import socket
import sys
from typing import Any

from forgecrew.sandboxing.inside.cell import called
from forgecrew.sandboxing.inside.kept import Kept

PLACE = "/tmp/.forgecrew"  # noqa: S108 - inside the pod, a volume of its own
_SET_CHILD_SUBREAPER = 36
Request = dict[str, Any]


def run(request: Request) -> Request:
    """Start a keeper and be its first caller."""
    if request["code"] is not None and shutil.which("python3", path=request["env"]["PATH"]) is None:
        return {"refused": "there is no python3 on the PATH of the sandbox"}
    os.makedirs(PLACE, mode=0o700, exist_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(f"{PLACE}/{request['token']}")
    listener.listen(16)
    if os.fork() == 0:
        os.setsid()
        nothing = os.open(os.devnull, os.O_RDWR)
        for fd in range(3):
            os.dup2(nothing, fd)
        ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        called("keeper", seen=False)
        try:
            Kept(request).serve(listener)
        finally:
            os.unlink(f"{PLACE}/{request['token']}")
            os._exit(0)
    listener.close()
    return asks({**request, "do": "poll", "have": 0})


def asks(request: Request) -> Request:
    """Ask a keeper for news, or to end its command."""
    with socket.socket(socket.AF_UNIX) as keeper:
        keeper.settimeout(request["wait"] + 30)
        try:
            keeper.connect(f"{PLACE}/{request['token']}")
            wanted = {name: request.get(name) for name in ("do", "have", "wait", "reason")}
            keeper.sendall(json.dumps(wanted).encode() + b"\n")
            answer = b""
            while block := keeper.recv(1 << 20):
                answer += block
        except OSError:
            answer = b""
    return json.loads(answer) if answer else {"lost": True}


def main() -> None:
    """Do what is asked."""
    request: Request = json.loads(base64.b64decode(sys.argv[1]))
    with open("/proc/self/stat") as file:
        words = file.read().rpartition(")")[2].split()
    begin, end = int(words[45]), int(words[46])
    if 0 < begin < end:
        ctypes.memset(begin, 0, end - begin)  # other commands see command lines
    does = {"run": run, "poll": asks, "kill": asks}
    sys.stdout.write(json.dumps(does[request["do"]](request)) + "\n")


if __name__ == "__main__":
    main()
