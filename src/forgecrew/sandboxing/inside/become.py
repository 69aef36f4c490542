"""A command of a pod, from the fork that was made for it."""

import os
import resource
import signal
from typing import Any, NoReturn

from forgecrew.sandboxing.inside.cell import called, cell


def become(request: dict[str, Any], output: int) -> NoReturn:
    """Be the command itself, or the cell whose code lies in a file."""
    os.setsid()
    stdin = os.open(request["stdin"] or os.devnull, os.O_RDONLY)
    if request["stdin"]:
        os.unlink(request["stdin"])
    for fd, target in ((stdin, 0), (output, 1), (output, 2)):
        os.dup2(fd, target)
    os.closerange(3, 256)
    called("command", seen=True)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    env = request["env"]
    try:
        os.makedirs(env["HOME"], exist_ok=True)
        os.chdir(os.path.join(os.environ.get("SANDBOX_BASE_DIR", "/workspace"), request["cwd"]))
        for name, value in request["limits"].items():
            kind = getattr(resource, name)
            hard = resource.getrlimit(kind)[1]
            value = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(kind, (value, value))
        if request["code"] is None:
            os.execvpe(request["argv"][0], request["argv"], env)  # noqa: S606 - no shell is wanted
    except OSError as error:
        os.write(2, f"{request['argv'][0] if request['argv'] else 'cell'}: {error}\n".encode())
        os._exit(127)
    os.environ.clear()
    os.environ.update(env)
    with open(request["code"]) as file:
        code = file.read()
    os.unlink(request["code"])
    cell(lambda: code)
