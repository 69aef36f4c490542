"""The syscall filter of a sandbox, assembled as classic BPF for `bwrap --seccomp`.

Everything is allowed except what a build or a test never needs and an attack often does. Refused calls give EPERM;
clone3 gives ENOSYS, so that libc falls back to clone, whose namespace flags a filter can read.
"""

import errno
import platform
import struct
from functools import cache

_LOAD, _EQUAL, _ABOVE, _MASK, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_NUMBER_AT, _ARCHITECTURE_AT, _FIRST_AT, _SECOND_AT = 0, 4, 16, 24
_X32_NUMBERS = 0x40000000
_NAMESPACE_FLAGS = 0x7E020000
_TERMINAL_INJECTION = (0x5412, 0x541C)
_FAMILIES = (1, 2, 10, 16)  # unix, IPv4, IPv6, netlink

# name: (x86-64, arm64); -1 where the architecture has no such call
_REFUSED: dict[str, tuple[int, int]] = {
    "acct": (163, 89),
    "add_key": (248, 217),
    "adjtimex": (159, 171),
    "bpf": (321, 280),
    "chroot": (161, 51),
    "clock_settime": (227, 112),
    "delete_module": (176, 106),
    "fanotify_init": (300, 262),
    "finit_module": (313, 273),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fsopen": (430, 430),
    "fspick": (433, 433),
    "init_module": (175, 105),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "io_uring_setup": (425, 425),
    "ioperm": (173, -1),
    "iopl": (172, -1),
    "kcmp": (312, 272),
    "kexec_file_load": (320, 294),
    "kexec_load": (246, 104),
    "keyctl": (250, 219),
    "lookup_dcookie": (212, 18),
    "mbind": (237, 235),
    "migrate_pages": (256, 238),
    "mount": (165, 40),
    "mount_setattr": (442, 442),
    "move_mount": (429, 429),
    "move_pages": (279, 239),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "open_tree": (428, 428),
    "perf_event_open": (298, 241),
    "personality": (135, 92),
    "pidfd_getfd": (438, 438),
    "pivot_root": (155, 41),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "ptrace": (101, 117),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    "reboot": (169, 142),
    "request_key": (249, 218),
    "set_mempolicy": (238, 237),
    "setdomainname": (171, 162),
    "sethostname": (170, 161),
    "setns": (308, 268),
    "settimeofday": (164, 170),
    "swapoff": (168, 225),
    "swapon": (167, 224),
    "syslog": (103, 116),
    "umount2": (166, 39),
    "unshare": (272, 97),
    "userfaultfd": (323, 282),
    "vhangup": (153, 58),
}
_CLONE3 = 435

# machine: (audit architecture, column in the table, clone, ioctl, socket)
_MACHINES = {"x86_64": (0xC000003E, 0, 56, 16, 41), "aarch64": (0xC00000B7, 1, 220, 29, 198)}


def supported(machine: str | None = None) -> bool:
    """Whether there is a filter for this architecture."""
    return (machine or platform.machine()) in _MACHINES


@cache
def program(machine: str | None = None) -> bytes:
    """The filter, 8 bytes per instruction. Raises KeyError for an architecture without a table."""
    architecture, column, clone, ioctl, socket = _MACHINES[machine or platform.machine()]
    refuse = _ERRNO | errno.EPERM
    code = [
        (_LOAD, 0, 0, _ARCHITECTURE_AT), (_EQUAL, 1, 0, architecture), (_RETURN, 0, 0, _KILL), (_LOAD, 0, 0, _NUMBER_AT),
        *_answer(_ABOVE, _X32_NUMBERS, _ERRNO | errno.ENOSYS),
    ]  # fmt: skip
    for numbers in _REFUSED.values():
        if numbers[column] >= 0:
            code += _answer(_EQUAL, numbers[column], refuse)
    code += _answer(_EQUAL, _CLONE3, _ERRNO | errno.ENOSYS)
    code += _on_call(clone, _FIRST_AT, _answer(_MASK, _NAMESPACE_FLAGS, refuse), otherwise=_ALLOW)
    injections = [step for request in _TERMINAL_INJECTION for step in _answer(_EQUAL, request, refuse)]
    code += _on_call(ioctl, _SECOND_AT, injections, otherwise=_ALLOW)
    families = [step for family in _FAMILIES for step in _answer(_EQUAL, family, _ALLOW)]
    code += _on_call(socket, _FIRST_AT, families, otherwise=_ERRNO | errno.EAFNOSUPPORT)
    code.append((_RETURN, 0, 0, _ALLOW))
    return b"".join(struct.pack("HBBI", *step) for step in code)


def _answer(test: int, value: int, verdict: int) -> list[tuple[int, int, int, int]]:
    return [(test, 0, 1, value), (_RETURN, 0, 0, verdict)]


def _on_call(
    number: int, argument_at: int, tests: list[tuple[int, int, int, int]], *, otherwise: int
) -> list[tuple[int, int, int, int]]:
    body = [(_LOAD, 0, 0, argument_at), *tests, (_RETURN, 0, 0, otherwise)]
    return [(_EQUAL, 0, len(body), number), *body]
