"""The syscall filter: the engine's own allow-list, narrowed to what a command needs."""

import json
import platform
from functools import cache
from pathlib import Path
from typing import Any

_DEFAULTS = (Path("/etc/containers/seccomp.json"), Path("/usr/share/containers/seccomp.json"))
_REFUSED = frozenset({
    "add_key", "bpf", "chroot", "clone3", "delete_module", "finit_module", "fsconfig", "fsmount", "fsopen", "fspick",
    "init_module", "io_uring_enter", "io_uring_register", "io_uring_setup", "kcmp", "kexec_file_load", "kexec_load",
    "keyctl", "mount", "mount_setattr", "move_mount", "name_to_handle_at", "open_by_handle_at", "open_tree",
    "perf_event_open", "pidfd_getfd", "pivot_root", "process_vm_readv", "process_vm_writev", "ptrace", "quotactl",
    "reboot", "request_key", "setns", "socketcall", "swapoff", "swapon", "umount", "umount2", "unshare",
    "userfaultfd",
})  # fmt: skip
_SOCKETS = (1, 2, 10, 16)  # UNIX, INET, INET6, NETLINK
_NAMESPACES = 0x7E020000  # CLONE_NEW*
_ENOSYS, _EPERM = 38, 1


@cache
def filter_text() -> str:
    """A filter for `--security-opt seccomp=`; empty where the engine's own list is not found to start from."""
    default = next((path for path in _DEFAULTS if path.is_file()), None)
    if default is None:
        return ""
    given: dict[str, Any] = json.loads(default.read_text())
    rules: list[dict[str, Any]] = []
    for rule in given["syscalls"]:
        names = [name for name in rule["names"] if name not in _REFUSED | {"socket", "clone", "personality"}]
        if names and rule["action"] == "SCMP_ACT_ALLOW":
            rules.append({**rule, "names": names})
    rules += [_allow("socket", 0, kind) for kind in _SOCKETS]
    rules += [_allow("personality", 0, value) for value in (0, 8, 0xFFFFFFFF)]
    flags = 1 if platform.machine() == "s390x" else 0
    rules.append(
        {
            "names": ["clone"], "action": "SCMP_ACT_ALLOW",
            "args": [{"index": flags, "value": _NAMESPACES, "valueTwo": 0, "op": "SCMP_CMP_MASKED_EQ"}],
        }
    )  # fmt: skip
    rules.append({"names": ["clone3"], "action": "SCMP_ACT_ERRNO", "errnoRet": _ENOSYS, "args": []})
    refused = sorted(_REFUSED - {"clone3"})
    rules.append({"names": refused, "action": "SCMP_ACT_ERRNO", "errnoRet": _EPERM, "args": []})
    return json.dumps({**given, "syscalls": rules})


def _allow(name: str, index: int, value: int) -> dict[str, Any]:
    return {
        "names": [name], "action": "SCMP_ACT_ALLOW",
        "args": [{"index": index, "value": value, "valueTwo": 0, "op": "SCMP_CMP_EQ"}],
    }  # fmt: skip
