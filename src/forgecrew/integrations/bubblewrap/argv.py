"""The command line of a sandbox: what bwrap shows inside, and the launcher that joins groups and changes the user id."""

import os
import shutil
import stat
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from glob import glob
from pathlib import Path
from shlex import quote

from forgecrew.core.command import Command
from forgecrew.core.sandbox import Profile, SandboxSpec
from forgecrew.integrations.bubblewrap.limits import rlimits

WORKSPACE = "/workspace"
HOME = "/tmp/home"  # noqa: S108 - inside the sandbox, a tmpfs of its own
INNER_ID = 1000
STAGE = "/run/forgecrew"
_PROGRAMS = "/usr/sbin:/usr/bin:/sbin:/bin:/run/current-system/sw/bin"

_ETC_SHOWN = (
    "alternatives", "fonts", "java-*", "ld.so.cache", "localtime", "mime.types", "python3*", "ssl/certs", "ssl/openssl.cnf",
)  # fmt: skip
_PROC_HIDDEN = ("cmdline", "kallsyms", "keys", "key-users", "timer_list", "sched_debug", "config.gz", "kcore", "sysrq-trigger")

ETC_WRITTEN: Mapping[str, str] = {
    "/etc/passwd": f"crew:x:{INNER_ID}:{INNER_ID}::{HOME}:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n",
    "/etc/group": f"crew:x:{INNER_ID}:\nnogroup:x:65534:\n",
    "/etc/hosts": "127.0.0.1 localhost sandbox\n::1 localhost\n",
    "/etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
    "/etc/gitconfig": "[safe]\n\tdirectory = *\n[init]\n\tdefaultBranch = main\n[gc]\n\tauto = 0\n",
}

GO_FD, SCRIPT_FD, OPTIONS_FD, SECCOMP_FD, STATUS_FD, ETC_FIRST_FD = 3, 4, 5, 6, 7, 8
"""What a launcher holds: a pipe to wait at, its script, bwrap's options, the filter, where bwrap reports, files of /etc."""

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


@dataclass(frozen=True, slots=True)
class Place:
    """A folder of the host and where it is shown inside."""

    source: str
    target: str
    writable: bool = False


def places(spec: SandboxSpec, workspace: Path) -> list[Place]:
    """The workspace and the spec's mounts, which keep their path."""
    return [Place(str(workspace), WORKSPACE, writable=True), *(Place(mount, mount) for mount in spec.mounts)]


def needs_stage(shown: Iterable[Place], uid: int | None) -> bool:
    """Whether a folder lies under one that the sandbox's user may not pass, such as /root.

    Then the launcher, still root, binds the folders beneath STAGE in namespaces of its own (see userns.py).
    """
    return uid is not None and not all(_passable(Path(place.source), uid) for place in shown)


def staged(shown: Sequence[Place]) -> list[Place]:
    """The same places, as bwrap finds them beneath STAGE."""
    return [Place(f"{STAGE}/{number}", place.target, place.writable) for number, place in enumerate(shown)]


def waiter(join: Sequence[str], holder: int | None) -> list[str]:
    """The process to start: it joins the groups, then waits for its script. `holder` is in the namespace for staging."""
    line = ["/bin/sh", "-c", _WAITER, "sh", STAGE if holder else "", *join]
    if holder is None:
        return line
    enter = [_program("nsenter"), f"--target={holder}", "--user", "--preserve-credentials", "--"]
    return [*enter, _program("unshare"), "--mount", "--propagation", "private", "--", *line]


def script(
    bwrap: str, inner: Sequence[str], *, join: Sequence[str], stage: Sequence[Place], uid: int | None, stdin: bool
) -> str:
    """What the waiting launcher then does: stage the places as root, give root up, and become bwrap."""
    steps = [f"exec {SCRIPT_FD}<&-", *(f"echo 0 > {quote(file)} || exit 125" for file in join)]
    for number, place in enumerate(stage):
        target = f"{STAGE}/{number}"
        made = f"mkdir {target} && " if number >= _STAGED_MAX else ""
        steps.append(f"{made}mount --rbind {quote(place.source)} {target} || exit 125")
    if not stdin:
        steps.append("exec </dev/null")
    line = [bwrap, "--args", str(OPTIONS_FD), "--", *inner]
    if uid is not None:
        line = [_program("setpriv"), f"--reuid={uid}", f"--regid={uid}", "--clear-groups", "--no-new-privs", "--", *line]
    return "\n".join([*steps, f"exec {' '.join(map(quote, line))}", ""])


def inner_command(command: Command, profile: Profile, timeout_seconds: float, *, memory: bool) -> list[str]:
    """The command behind its resource limits, which are set inside: there RLIMIT_NPROC counts this sandbox alone."""
    line = ["/usr/bin/prlimit", *rlimits(profile, timeout_seconds, memory=memory), "--", *command.argv]
    if command.cwd not in ("", "."):
        line = ["/usr/bin/env", f"--chdir={WORKSPACE}/{command.cwd}", "--", *line]
    return line


def bwrap_options(
    spec: SandboxSpec, shown: Sequence[Place], environment: Iterable[tuple[str, str]], *, filtered: bool
) -> list[str]:
    """The options for `--args`."""
    shm = max(spec.profile.memory_bytes // 8, 1 << 20)
    options = [
        "--unshare-user", "--unshare-all", "--disable-userns", "--die-with-parent", "--new-session", "--clearenv",
        "--uid", str(INNER_ID), "--gid", str(INNER_ID), "--hostname", "sandbox", "--cap-drop", "ALL",
        *_system(), "--proc", "/proc", *_hidden(),
        "--dev", "/dev", "--size", str(shm), "--perms", "1777", "--tmpfs", "/dev/shm", "--remount-ro", "/dev",  # noqa: S108
        "--size", str(shm * 4), "--perms", "1777", "--tmpfs", "/tmp", "--perms", "0700", "--dir", HOME,  # noqa: S108
        "--dir", "/run", "--symlink", "../tmp", "/var/tmp",  # noqa: S108
    ]  # fmt: skip
    for fd, target in enumerate(ETC_WRITTEN, ETC_FIRST_FD):
        options += ["--perms", "0444", "--file", str(fd), target]
    for place in shown:
        options += ["--bind" if place.writable else "--ro-bind", place.source, place.target]
    options += ["--remount-ro", "/", "--chdir", WORKSPACE]
    always = {"PATH": spec.path, "HOME": HOME, "LANG": "C.UTF-8", "USER": "crew", "PYTHONDONTWRITEBYTECODE": "1"}
    for name, value in {**always, **dict(environment)}.items():
        options += ["--setenv", name, value]
    if filtered:
        options += ["--seccomp", str(SECCOMP_FD)]
    return [*options, "--json-status-fd", str(STATUS_FD)]


@cache
def _program(name: str) -> str:
    return shutil.which(name, path=_PROGRAMS) or f"/usr/bin/{name}"


@cache
def _system() -> tuple[str, ...]:
    options = ["--ro-bind", "/usr", "/usr"]
    for name in ("bin", "sbin", "lib", "lib32", "lib64", "libx32"):
        path = Path("/", name)
        if path.is_symlink():
            options += ["--symlink", os.readlink(path), str(path)]
        elif path.is_dir():
            options += ["--ro-bind", str(path), str(path)]
    for pattern in _ETC_SHOWN:
        for path in sorted(glob(f"/etc/{pattern}")):
            options += ["--ro-bind", path, path]
    return tuple(options)


@cache
def _hidden() -> tuple[str, ...]:
    """An unreadable device over files of /proc that tell about the host."""
    known = [f"/proc/{name}" for name in _PROC_HIDDEN if Path("/proc", name).exists()]
    return tuple(word for path in known for word in ("--ro-bind", "/dev/null", path))


def _passable(path: Path, uid: int) -> bool:
    for folder in (path, *path.parents):
        info = folder.stat()
        if not (info.st_mode & stat.S_IXOTH or (info.st_uid == uid and info.st_mode & stat.S_IXUSR)):
            return False
    return True
