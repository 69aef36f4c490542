"""The filter is a valid program: every jump lands inside it, on both architectures."""

import struct

import pytest

from forgecrew.integrations.bubblewrap import seccomp

LOAD, RETURN = 0x20, 0x06


def run(program: bytes, number: int, first: int = 0, second: int = 0, architecture: int = 0xC000003E) -> int:
    """What the kernel would answer."""
    words = {0: number, 4: architecture, 16: first, 24: second}
    steps = list(struct.iter_unpack("HBBI", program))
    at = accumulator = 0
    while True:
        code, yes, no, value = steps[at]
        at += 1
        if code == RETURN:
            return value
        if code == LOAD:
            accumulator = words[value]
        else:
            test = {0x15: accumulator == value, 0x35: accumulator >= value, 0x45: bool(accumulator & value)}[code]
            at += yes if test else no


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ((0,), 0x7FFF0000),  # read
        ((101,), 0x00050001),  # ptrace
        ((165,), 0x00050001),  # mount
        ((435,), 0x00050026),  # clone3
        ((56, 0x10000000), 0x00050001),  # clone with a new user namespace
        ((56, 0x01200011), 0x7FFF0000),  # fork, as libc does it
        ((16, 0, 0x5412), 0x00050001),  # TIOCSTI
        ((16, 0, 0x5401), 0x7FFF0000),  # TCGETS
        ((41, 1), 0x7FFF0000),
        ((41, 2), 0x7FFF0000),
        ((41, 40), 0x00050061),  # vsock
        ((0x40000000 + 101,), 0x00050026),  # by its x32 number
    ],
)
def test_answers(call: tuple[int, ...], expected: int) -> None:
    assert run(seccomp.program("x86_64"), *call) == expected


def test_a_foreign_architecture_is_killed() -> None:
    assert run(seccomp.program("x86_64"), 0, architecture=0x40000003) == 0x80000000


@pytest.mark.parametrize(("number", "expected"), [(63, 0x7FFF0000), (117, 0x00050001), (220, 0x7FFF0000), (40, 0x00050001)])
def test_arm64(number: int, expected: int) -> None:
    assert run(seccomp.program("aarch64"), number, architecture=0xC00000B7) == expected


def test_other_architectures_are_known_to_lack_one() -> None:
    assert not seccomp.supported("riscv64")
