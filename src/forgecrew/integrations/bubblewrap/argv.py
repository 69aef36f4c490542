"""The command line of a sandbox: what bwrap shows inside, and the launcher that joins groups and changes the user id."""

import os
import stat
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from glob import glob
from pathlib import Path

from forgecrew.core.command import Command
from forgecrew.core.sandbox import Profile, SandboxSpec
from forgecrew.integrations.bubblewrap.limits import rlimits

WORKSPACE = "/workspace"
HOME = "/tmp/home"  # noqa: S108 - inside the sandbox, a tmpfs of its own
INNER_ID = 1000
STAGE = "/run/forgecrew"

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

# Arguments: number of group files, the files; the stage (or nothing), number of binds, the binds; then the program.
_LAUNCHER = """n=$1; shift
while [ "$n" -gt 0 ]; do echo 0 > "$1" || exit 125; shift; n=$((n-1)); done
stage=$1; n=$2; shift 2
if [ -n "$stage" ]; then
  mount -t tmpfs -o mode=0755,size=64k,nosuid,nodev forgecrew "$stage" || exit 125
  i=0
  while [ "$i" -lt "$n" ]; do
    mkdir "$stage/$i" && mount --rbind "$1" "$stage/$i" || exit 125
    shift; i=$((i+1))
  done
fi
exec "$@"
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


def launcher(
    bwrap: Sequence[str], *, join: Sequence[str], stage: Sequence[Place], uid: int | None, holder: int | None
) -> list[str]:
    """The process to start: join the groups and stage the places as root, give root up, then bwrap; each by exec.

    `holder` is a process in the namespace for staging.
    """
    line = list(bwrap)
    if uid is not None:
        line = ["setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups", "--no-new-privs", "--", *line]
    if join or stage:
        sources = [place.source for place in stage]
        line = [
            "sh", "-c", _LAUNCHER, "sh", str(len(join)), *join, STAGE if stage else "", str(len(sources)), *sources, *line,
        ]  # fmt: skip
    if stage:
        enter = ["nsenter", f"--target={holder}", "--user", "--preserve-credentials", "--"]
        line = [*enter, "unshare", "--mount", "--propagation", "private", "--", *line]
    return line


def inner_command(command: Command, profile: Profile, timeout_seconds: float, *, memory: bool) -> list[str]:
    """The command behind its resource limits, which are set inside: there RLIMIT_NPROC counts this sandbox alone."""
    line = ["/usr/bin/prlimit", *rlimits(profile, timeout_seconds, memory=memory), "--", *command.argv]
    if command.cwd not in ("", "."):
        line = ["/usr/bin/env", f"--chdir={WORKSPACE}/{command.cwd}", "--", *line]
    return line


def bwrap_options(
    spec: SandboxSpec, shown: Sequence[Place], command: Command, written: Mapping[str, int], *, seccomp_fd: int | None
) -> list[str]:
    """The options for `--args`. `written` maps a path inside to a descriptor that holds its content."""
    shm = max(spec.profile.memory_bytes // 8, 1 << 20)
    options = [
        "--unshare-user", "--unshare-all", "--disable-userns", "--die-with-parent", "--new-session", "--clearenv",
        "--uid", str(INNER_ID), "--gid", str(INNER_ID), "--hostname", "sandbox", "--cap-drop", "ALL",
        *_system(), "--proc", "/proc", *_hidden(),
        "--dev", "/dev", "--size", str(shm), "--perms", "1777", "--tmpfs", "/dev/shm", "--remount-ro", "/dev",  # noqa: S108
        "--size", str(shm * 4), "--perms", "1777", "--tmpfs", "/tmp", "--perms", "0700", "--dir", HOME,  # noqa: S108
        "--dir", "/run", "--symlink", "../tmp", "/var/tmp",  # noqa: S108
    ]  # fmt: skip
    for target, fd in written.items():
        options += ["--perms", "0444", "--file", str(fd), target]
    for place in shown:
        options += ["--bind" if place.writable else "--ro-bind", place.source, place.target]
    options += ["--remount-ro", "/", "--chdir", WORKSPACE]
    environment = {"PATH": spec.path, "HOME": HOME, "LANG": "C.UTF-8", "USER": "crew", "PYTHONDONTWRITEBYTECODE": "1"}
    for name, value in {**environment, **dict(command.env)}.items():
        options += ["--setenv", name, value]
    if seccomp_fd is not None:
        options += ["--seccomp", str(seccomp_fd)]
    return options


def _system() -> list[str]:
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
    return options


def _hidden() -> list[str]:
    """An unreadable device over files of /proc that tell about the host."""
    known = [f"/proc/{name}" for name in _PROC_HIDDEN if Path("/proc", name).exists()]
    return [word for path in known for word in ("--ro-bind", "/dev/null", path)]


def _passable(path: Path, uid: int) -> bool:
    for folder in (path, *path.parents):
        info = folder.stat()
        if not (info.st_mode & stat.S_IXOTH or (info.st_uid == uid and info.st_mode & stat.S_IXUSR)):
            return False
    return True
