"""The launcher: joins control groups, waits for its script, stages folders, gives root up and becomes bwrap."""

import shutil
from collections.abc import Sequence
from functools import cache
from shlex import quote

from forgecrew.integrations.bubblewrap.places import STAGE, Place

GO_FD, SCRIPT_FD, OPTIONS_FD, SECCOMP_FD, STATUS_FD, CHANNEL_FD, ETC_FIRST_FD = 3, 4, 5, 6, 7, 8, 9
"""What a launcher holds: a pipe to wait at, its script, bwrap's options, the filter, where bwrap reports, the gate's channel,
files of /etc."""

_PROGRAMS = "/usr/sbin:/usr/bin:/sbin:/bin:/run/current-system/sw/bin"
_STAGED_MAX = 8

# Arguments: the stage (or nothing), then the files of the groups. It frees GO_FD before it opens its script: only a descriptor
# below 10 is one that dash keeps from what it executes.
_WAITER = f"""stage=$1; shift
for file; do echo 0 > "$file" || exit 125; done
if [ -n "$stage" ]; then
  mount -t tmpfs -o mode=0755,size=64k,nosuid,nodev forgecrew "$stage" || exit 125
  cd "$stage" && mkdir {" ".join(map(str, range(_STAGED_MAX)))} || exit 125
fi
cd /; echo >&{STATUS_FD}; read _ <&{GO_FD} || exit 0
exec {GO_FD}<&-
. /proc/self/fd/{SCRIPT_FD}
"""


def waiter(join: Sequence[str], holder: int | None) -> list[str]:
    """The process to start: it joins the groups, then waits for its script. `holder` is in the namespace for staging."""
    line = ["/bin/sh", "-c", _WAITER, "sh", STAGE if holder else "", *join]
    if holder is None:
        return line
    enter = [_program("nsenter"), f"--target={holder}", "--user", "--preserve-credentials", "--"]
    return [*enter, _program("unshare"), "--mount", "--propagation", "private", "--", *line]


def script(
    bwrap: str,
    inner: Sequence[str],
    *,
    join: Sequence[str],
    stage: Sequence[Place],
    uid: int | None,
    stdin: bool,
    channel: bool,
) -> str:
    """What the waiting launcher then does: stage the places as root, give root up, and become bwrap."""
    steps = [f"exec {SCRIPT_FD}<&-", *(f"echo 0 > {quote(file)} || exit 125" for file in join)]
    for number, place in enumerate(stage):
        target = f"{STAGE}/{number}"
        made = f"mkdir {target} && " if number >= _STAGED_MAX else ""
        steps.append(f"{made}mount --rbind {quote(place.source)} {target} || exit 125")
    if not channel:
        steps.append(f"exec {CHANNEL_FD}<&-")
    if not stdin:
        steps.append("exec </dev/null")
    line = [bwrap, "--args", str(OPTIONS_FD), "--", *inner]
    if uid is not None:
        line = [_program("setpriv"), f"--reuid={uid}", f"--regid={uid}", "--clear-groups", "--no-new-privs", "--", *line]
    return "\n".join([*steps, f"exec {' '.join(map(quote, line))}", ""])


@cache
def _program(name: str) -> str:
    return shutil.which(name, path=_PROGRAMS) or f"/usr/bin/{name}"
