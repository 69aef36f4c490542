"""The syscall filter of a sandbox, assembled as classic BPF for `bwrap --seccomp`.

Everything is allowed except what a build or a test never needs and an attack often does. Refused calls give EPERM;
clone3 gives ENOSYS, so that libc falls back to clone, whose namespace flags a filter can read.
"""

import errno
import platform
import struct
from functools import cache

from forgecrew.integrations.bubblewrap.syscalls import CLONE3, MACHINES, REFUSED

_LOAD, _EQUAL, _ABOVE, _MASK, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_NUMBER_AT, _ARCHITECTURE_AT, _FIRST_AT, _SECOND_AT = 0, 4, 16, 24
_X32_NUMBERS = 0x40000000
_NAMESPACE_FLAGS = 0x7E020000
_TERMINAL_INJECTION = (0x5412, 0x541C)
_FAMILIES = (1, 2, 10, 16)  # unix, IPv4, IPv6, netlink


def supported(machine: str | None = None) -> bool:
    """Whether there is a filter for this architecture."""
    return (machine or platform.machine()) in MACHINES


@cache
def program(machine: str | None = None) -> bytes:
    """The filter, 8 bytes per instruction. Raises KeyError for an architecture without a table."""
    architecture, column, clone, ioctl, socket = MACHINES[machine or platform.machine()]
    refuse = _ERRNO | errno.EPERM
    code = [
        (_LOAD, 0, 0, _ARCHITECTURE_AT), (_EQUAL, 1, 0, architecture), (_RETURN, 0, 0, _KILL), (_LOAD, 0, 0, _NUMBER_AT),
        *_answer(_ABOVE, _X32_NUMBERS, _ERRNO | errno.ENOSYS),
    ]  # fmt: skip
    for numbers in REFUSED.values():
        if numbers[column] >= 0:
            code += _answer(_EQUAL, numbers[column], refuse)
    code += _answer(_EQUAL, CLONE3, _ERRNO | errno.ENOSYS)
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
