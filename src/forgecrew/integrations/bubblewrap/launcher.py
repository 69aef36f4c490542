"""The launcher: joins control groups, waits for its script, stages folders, gives root up and becomes bwrap."""

import re
import shutil
from collections.abc import Sequence
from functools import cache
from shlex import quote

from forgecrew.integrations.bubblewrap.maker import mark
from forgecrew.integrations.bubblewrap.places import STAGE, Place

GO_FD, SCRIPT_FD, COMMAND_FD, STATUS_FD, CHANNEL_FD = 3, 4, 5, 7, 8
OPTIONS_FD, SECCOMP_FD, ETC_FIRST_FD = 10, 11, 12
"""What a launcher holds: a pipe to wait at, its script and the command's, where bwrap reports, the gate's channel, bwrap's
options, the filter, files of /etc. A shell names only those below 10. It opens a script at the lowest free one and only
from there keeps it from what it executes: 9 stays free."""

_PROGRAMS = "/usr/sbin:/usr/bin:/sbin:/bin:/run/current-system/sw/bin"
_STAGED_MAX = 8
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

# Arguments: a mark (see maker.py), the stage (or nothing), then the files of the groups.
_WAITER = f"""stage=$2; shift 2
for file; do echo 0 > "$file" || exit 125; done
if [ -n "$stage" ]; then
  mount -t tmpfs -o mode=0755,size=64k,nosuid,nodev forgecrew "$stage" || exit 125
  cd "$stage" && mkdir {" ".join(map(str, range(_STAGED_MAX)))} || exit 125
fi
cd /; echo >&{STATUS_FD}; read _ <&{GO_FD} || exit 0
. /proc/self/fd/{SCRIPT_FD}
"""
_INSIDE = f"read _ <&{GO_FD} || exit 0; exec {GO_FD}<&-; . /proc/self/fd/{COMMAND_FD}"


def waiter(join: Sequence[str], holder: int | None) -> list[str]:
    """The process to start: it joins the groups, then waits for its script. `holder` is in the namespace for staging."""
    line = ["/bin/sh", "-c", _WAITER, "sh", mark(), STAGE if holder else "", *join]
    if holder is None:
        return line
    enter = [_program("nsenter"), f"--target={holder}", "--user", "--preserve-credentials", "--"]
    return [*enter, _program("unshare"), "--mount", "--propagation", "slave", "--", *line]


def script(bwrap: Sequence[str], *, join: Sequence[str], stage: Sequence[Place], uid: int | None) -> str:
    """What the launcher then does: stage the places as root, give root up, become bwrap."""
    steps = [f"exec {SCRIPT_FD}<&-", *(f"echo 0 > {quote(file)} || exit 125" for file in join)]
    for number, place in enumerate(stage):
        target = f"{STAGE}/{number}"
        made = f"mkdir {target} && " if number >= _STAGED_MAX else ""
        steps.append(f"{made}mount --rbind {quote(place.source)} {target} || exit 125")
    *enter, program = bwrap
    line = [program, "--args", str(OPTIONS_FD), "--", "/bin/sh", "-c", _INSIDE, "sh", mark()]
    if uid is not None:
        line = [_program("setpriv"), f"--reuid={uid}", f"--regid={uid}", "--clear-groups", "--no-new-privs", "--", *line]
    return "\n".join([*steps, f"exec {' '.join(map(quote, [*enter, *line]))}", ""])


def command_script(
    line: Sequence[str],
    *,
    limits: Sequence[str],
    environment: Sequence[tuple[str, str]],
    folder: str,
    stdin: bool,
    channel: bool,
) -> str:
    """What the waiting shell inside then does: it becomes the command."""
    steps = [f"exec {COMMAND_FD}<&-"]
    if not channel:
        steps.append(f"exec {CHANNEL_FD}<&-")
    if not stdin:
        steps.append("exec </dev/null")
    steps.append(f"cd {quote(folder)} || exit 126; unset OLDPWD")
    odd = [f"{name}={value}" for name, value in environment if not _NAME.fullmatch(name)]
    steps += [f"export {name}={quote(value)}" for name, value in environment if _NAME.fullmatch(name)]
    if odd or line[0].startswith("-"):
        line = ["/usr/bin/env", *odd, "--", *line]
    return "\n".join([*steps, *limits, f"exec {' '.join(map(quote, line))}", ""])


@cache
def _program(name: str) -> str:
    return shutil.which(name, path=_PROGRAMS) or f"/usr/bin/{name}"
