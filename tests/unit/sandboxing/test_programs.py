"""Programs for the inside of a sandbox: whole by themselves, and what they print taken apart."""

import ast
import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forgecrew.sandboxing.inside import stacks
from forgecrew.sandboxing.marked import Marked
from forgecrew.sandboxing.programs import program


@pytest.mark.parametrize("name", ["zygote", "gate", "keeper", "pod_files"])
def test_a_program_needs_nothing_of_ours(name: str) -> None:
    tree = ast.parse(program(name))
    imported = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not [module for module in imported if module.startswith("forgecrew")]
    names = [node.name for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))]
    assert len(names) == len(set(names)), "two of its parts define the same name"
    line = [sys.executable, "-I", "-c", program(name).replace('if __name__ == "__main__":', "if False:")]
    assert subprocess.run(line, cwd="/", env={}, timeout=60).returncode == 0


@given(
    blocks=st.lists(st.binary(max_size=40), max_size=6),
    status=st.integers(0, 255),
    cuts=st.lists(st.integers(1, 30), max_size=40),
)
async def test_what_a_cell_prints_ends_at_its_mark(blocks: list[bytes], status: int, cuts: list[int]) -> None:
    said, sizes = b"", iter([*cuts, *[7] * 1000])

    async def read() -> bytes:
        nonlocal said
        size = next(sizes)
        block, said = said[:size], said[size:]
        return block

    marked = Marked(read)
    mark = marked._mark
    said = b"".join([*blocks, mark[:5], b"<", mark, b" %d\n" % status])
    seen = b""
    while block := await marked.read():
        seen += block
    assert (seen, marked.status) == (b"".join([*blocks, mark[:5], b"<"]), status)


async def test_a_cell_that_ends_without_its_mark_has_no_status() -> None:
    rest = [b"said", b""]

    async def read() -> bytes:
        return rest.pop(0)

    marked = Marked(read)
    assert [await marked.read(), await marked.read(), marked.status] == [b"said", b"", None]


def test_stacks_are_parted_from_what_a_program_printed() -> None:
    dump = b'Fatal Python error: Aborted\n\nCurrent thread 0x01 (most recent call first):\n  File "a.py", line 3 in f\n'
    more = b'  File "<string>", line 45 in cell\n  File "<string>", line 9 in main\n\nExtension modules: x\nAborted\n'
    before, told = stacks.parted(b"out\n" + dump + more)
    assert (before, told) == (b"out\n", ["Current thread 0x01 (most recent call first):", '  File "a.py", line 3 in f'])
    assert stacks.parted(b"plain") == (b"plain", [])
    goroutine = b"SIGABRT: abort\nPC=0x1\n\ngoroutine 1 [chan receive]:\nmain.main()\n"
    assert stacks.parted(goroutine)[1] == ["PC=0x1", "goroutine 1 [chan receive]:", "main.main()"]


def test_what_a_process_does_is_told_in_words() -> None:
    reading, writing = os.pipe()
    with subprocess.Popen(["cat"], stdin=reading) as cat:
        os.close(reading)
        while not (found := stacks.rows([cat.pid])) or found[0].endswith(": computes"):
            assert cat.poll() is None
        assert not stacks.asked([cat.pid]), "it tells no stack: it is left alone"
        os.close(writing)
    assert found[0].startswith(f"{cat.pid} ")
    assert found[0].endswith((": reads from a pipe", ": waits")), "the second where this kernel tells nothing more"
    assert stacks.rows([cat.pid]) == []
