"""Errors of real programs, as the real tools of this machine tell them."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from forgecrew.core.action import Action
from forgecrew.core.program import ENTRIES, Language, Program
from forgecrew.core.signals import TellModel
from forgecrew.tools.run_code import ProgramRun, run_program, tool
from tests.plain_sandbox import PlainSandbox

TOOLS = {"python": "python3", "javascript": "node", "c": "cc", "cpp": "c++", "go": "go", "rust": "rustc", "shell": "sh"}


async def ran(folder: Path, language: Language, code: str, **more: object) -> ProgramRun:
    if shutil.which(TOOLS[language]) is None:
        pytest.skip(f"no {TOOLS[language]} here")
    entry, box = ENTRIES[language], PlainSandbox(folder)
    # The launcher that rustup puts into PATH asks for a home that a sandbox does not have: the tools themselves do not.
    toolchains = [str(found) for found in sorted(Path.home().glob(".rustup/toolchains/stable*/bin"))]
    box.spec = replace(box.spec, path=":".join([*toolchains, box.spec.path]))
    return await run_program(box, Program(language, entry, {entry: code}, **more))  # type: ignore[arg-type]


WRONG: list[tuple[Language, str, str, str, int]] = [
    ("python", "x = 1\nprint(x +)\n", "syntax", "SyntaxError", 2),
    ("python", "def f():\nreturn 1\n", "syntax", "IndentationError", 2),
    ("python", "def f():\n    return y\nf()\n", "name", "NameError: name 'y' is not defined", 2),
    ("python", "print('a' + 1)\n", "type", "TypeError: can only concatenate", 1),
    ("python", "import nothing_of_this_name\n", "import", "ModuleNotFoundError", 1),
    ("python", "def f():\n    f()\nf()\n", "recursion", "RecursionError", 2),
    ("python", "b'\\xff'.decode('ascii')\n", "encoding", "UnicodeDecodeError", 1),
    ("python", "try:\n    1/0\nexcept ZeroDivisionError:\n    {}['a']\n", "runtime", "KeyError: 'a'", 4),
    ("python", "raise ExceptionGroup('two', [ValueError('a'), TypeError('b')])\n", "runtime", "ExceptionGroup: two", 1),
    ("python", "x = 2\nassert x == 3\n", "assertion", "AssertionError: assert x == 3", 2),
    ("python", "import sys\nsys.exit(3)\n", "exit", "exit status 3, no output", 0),
    ("python", "import asyncio\nasync def g():\n    asyncio.gather(g)\n    raise OSError('no')\nasyncio.run(g())\n", "type",
     "TypeError", 3),
    ("javascript", "let a = {};\na.b.c;\n", "type", "TypeError: Cannot read properties of undefined", 2),
    ("javascript", "let a = ;\n", "syntax", "SyntaxError", 1),
    ("javascript", "function f() { f(); }\nf();\n", "recursion", "Maximum call stack", 1),
    ("javascript", "require('./nothing');\n", "import", "Cannot find module './nothing'", 1),
    ("javascript", "\nPromise.reject(new Error('left alone'));\n", "runtime", "Error: left alone", 2),
    ("javascript", "const assert = require('assert');\nassert.equal(1, 2);\n", "assertion", "1 == 2", 2),
    ("shell", "set -eu\necho $nothing\n", "name", "nothing", 2),
    ("shell", "if true; then\necho\n", "syntax", "", 3),
    ("shell", "no_such_program\n", "name", "not found", 1),
    ("c", "int main(void) {\n  return x;\n}\n", "compile", "undeclared", 2),
    ("c", "int f(void);\nint main(void) { return f(); }\n", "link", "undefined reference to `f'", 0),
    ("c", "int main(void) { int *p = 0; return *p; }\n", "crash", "segmentation fault", 0),
    ("cpp", "#include <string>\nint main() { std::string s = 5; }\n", "compile", "conversion", 2),
    ("rust", "fn main() {\n    let s: String = 5;\n}\n", "compile", "E0308: mismatched types", 2),
    ("rust", "fn main() {\n    let v: Vec<i32> = vec![];\n    drop(v[2]);\n}\n", "runtime", "index out of bounds", 3),
]  # fmt: skip


@pytest.mark.parametrize(("language", "code", "kind", "words", "line"), WRONG)
async def test_errors_are_found_with_their_place(
    tmp_path: Path, language: Language, code: str, kind: str, words: str, line: int
) -> None:
    done = await ran(tmp_path, language, code)
    assert done.error is not None, done.log
    assert (done.error.kind, done.error.line) == (kind, line), done.log
    assert words in done.error.message
    assert done.error.file == (ENTRIES[language] if line else "")
    again = await ran(tmp_path, language, "\n\n" + code if language == "python" else code)
    assert again.error is not None and again.error.signature == done.error.signature, "the same fault on another line"


async def test_go_tells_compile_errors_and_panics(tmp_path: Path) -> None:
    done = await ran(tmp_path, "go", 'package main\n\nimport "os"\n\nfunc main() {}\n')
    assert done.error and (done.error.kind, done.error.line) == ("compile", 3), done.log
    done = await ran(tmp_path, "go", "package main\n\nfunc main() {\n\tvar a []int\n\t_ = a[len(a)]\n}\n")
    assert done.error and done.error.kind == "runtime" and done.error.line == 5 and "index out of range" in done.error.message


async def test_a_program_that_hangs_tells_where(tmp_path: Path) -> None:
    done = await ran(tmp_path, "python", "def spin():\n    while True:\n        pass\n\nspin()\n", timeout_seconds=0.5)
    assert done.reason == "timeout" and done.error and done.error.kind == "timeout"
    assert "did not end within 0.5 s (in spin" in done.error.message and done.error.line in (2, 3)


async def test_output_is_compared_line_by_line(tmp_path: Path) -> None:
    right = await ran(tmp_path, "python", "print(input() + '!  ')\nprint(2)\n", stdin="hi\n", expected="hi!\n2\n\n")
    assert right.error is None and right.exit_code == 0
    wrong = await ran(tmp_path, "python", "print(1)\nprint(3)\n", expected="1\n2\n")
    assert wrong.error and wrong.error.message == "line 2 of the output is '3', expected was '2'"
    less = await ran(tmp_path, "python", "print(1)\n", expected="1\n2\n")
    assert less.error and less.error.message == "the output has 1 lines, expected were 2; missing is '2'"


async def test_test_functions_run_with_and_without_pytest(tmp_path: Path) -> None:
    tests = "from main import f\n\n\ndef test_one():\n    assert f(1) == 2\n\n\ndef test_two():\n    assert f(2) == 5\n"
    done = await ran(tmp_path, "python", "def f(x):\n    return x + 1\n", tests=tests)
    assert done.error and (done.error.kind, done.error.file, done.error.line) == ("assertion", "test_main.py", 9), done.log
    fine = await ran(tmp_path, "python", "def f(x):\n    return x * x + (x == 2) + (x == 1)\n", tests=tests)
    assert fine.error is None, fine.log


async def test_commands_of_ones_own_judge_too(tmp_path: Path) -> None:
    done = await ran(tmp_path, "python", "raise ValueError('no')\n", command="python3 -u main.py && echo never")
    assert done.error and done.error.message == "ValueError: no"


async def test_the_tool_names_place_and_output_and_leaves_the_checkout_alone(tmp_path: Path) -> None:
    box = PlainSandbox(tmp_path)
    seen = await tool().run(box, Action("run", "py", "print('here')\nprint(1/0)"))
    assert not seen.ok and "ZeroDivisionError: division by zero (main.py line 2)" in seen.text and "here" in seen.text
    assert [path.name for path in tmp_path.iterdir()] == [".git"]
    with pytest.raises(TellModel, match="cobol is no language here"):
        await tool().run(box, Action("run", "cobol", "x"))
    with pytest.raises(TellModel, match="empty"):
        await tool().run(box, Action("run", "python", " "))
