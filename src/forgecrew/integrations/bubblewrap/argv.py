"""The command line of a sandbox: what bwrap shows inside."""

import os
from collections.abc import Sequence
from functools import cache
from glob import glob
from pathlib import Path

from forgecrew.core.sandbox import Door, SandboxSpec
from forgecrew.integrations.bubblewrap.launcher import CHANNEL_FD, ETC_FIRST_FD, SECCOMP_FD, STATUS_FD
from forgecrew.integrations.bubblewrap.places import Place
from forgecrew.sandboxing.inner import ETC_SHOWN, ETC_WRITTEN, HOME, INNER_ID, WORKSPACE, given
from forgecrew.sandboxing.programs import program

_PROC_HIDDEN = ("cmdline", "kallsyms", "keys", "key-users", "timer_list", "sched_debug", "config.gz", "kcore", "sysrq-trigger")


def behind_gate(line: Sequence[str], doors: Sequence[Door], *, stays: bool) -> list[str]:
    """The line behind the gate, which opens the doors and, if it stays, gives the host sockets of the private loopback."""
    ports = ",".join(str(door.port) for door in doors)
    return ["python3", "-I", "-S", "-c", program("gate"), str(CHANNEL_FD), ports, "stays" if stays else "", *line]


def bwrap_options(spec: SandboxSpec, shown: Sequence[Place], *, filtered: bool) -> list[str]:
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
    for fd, name in enumerate(ETC_WRITTEN, ETC_FIRST_FD):
        options += ["--perms", "0444", "--file", str(fd), f"/etc/{name}"]
    for place in shown:
        options += ["--bind" if place.writable else "--ro-bind", place.source, place.target]
    options += ["--remount-ro", "/", "--chdir", WORKSPACE]
    for name, value in given(spec.path, dict(spec.env)).items():
        options += ["--setenv", name, value]
    if filtered:
        options += ["--seccomp", str(SECCOMP_FD)]
    return [*options, "--json-status-fd", str(STATUS_FD)]


@cache
def _system() -> tuple[str, ...]:
    options = ["--ro-bind", "/usr", "/usr"]
    for name in ("bin", "sbin", "lib", "lib32", "lib64", "libx32"):
        path = Path("/", name)
        if path.is_symlink():
            options += ["--symlink", os.readlink(path), str(path)]
        elif path.is_dir():
            options += ["--ro-bind", str(path), str(path)]
    for pattern in ETC_SHOWN:
        for path in sorted(glob(f"/etc/{pattern}")):
            options += ["--ro-bind", path, path]
    return tuple(options)


@cache
def _hidden() -> tuple[str, ...]:
    """An unreadable device over files of /proc that tell about the host."""
    known = [f"/proc/{name}" for name in _PROC_HIDDEN if Path("/proc", name).exists()]
    return tuple(word for path in known for word in ("--ro-bind", "/dev/null", path))
