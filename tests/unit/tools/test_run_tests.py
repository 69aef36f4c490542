"""How repositories are tested, with real runners where this machine has them."""

import shutil
import sys
from pathlib import Path

import pytest

from forgecrew.tools.run_tests import find_test_command, run_tests
from tests.plain_sandbox import PlainSandbox

PASS_AND_FAIL = "def test_good():\n    assert True\n\ndef test_bad():\n    assert 1 == 2, 'one is not two'\n"
UNITTEST = (
    "import unittest\n\nclass T(unittest.TestCase):\n    def test_good(self): pass\n    def test_bad(self): self.fail('no')\n"
)


@pytest.fixture
def python(sandbox: PlainSandbox) -> PlainSandbox:
    """The interpreter of this run, which has pytest, is the sandbox's python3."""
    folder = sandbox.folder / "bin"
    folder.mkdir()
    (folder / "python3").write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    (folder / "python3").chmod(0o755)
    sandbox.spec = type(sandbox.spec)("plain", path=f"{folder}:/usr/bin:/bin")
    return sandbox


def put(folder: Path, **files: str) -> None:
    for name, content in files.items():
        path = folder / name.replace("__", "/").replace("_py", ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)


async def test_pytest(python: PlainSandbox) -> None:
    put(python.folder, tests__test_a_py=PASS_AND_FAIL, tests__test_b_py="import absent_module\n")
    run = await run_tests(python, None, 60)
    assert "pytest" in run.command
    assert (run.exit_code, run.reason) == (2, "exit") or run.exit_code == 1
    assert run.errors == 1
    (python.folder / "tests/test_b.py").unlink()
    run = await run_tests(python, None, 60)
    assert (run.passed, run.failed, run.errors) == (1, 1, 0)
    assert run.failing == ("tests/test_a.py::test_bad",)
    assert "one is not two" in run.tail
    assert not run.ok
    assert not list(python.folder.rglob("__pycache__"))


async def test_unittest_in_a_package_and_in_a_plain_folder(python: PlainSandbox) -> None:
    put(python.folder, tests__test_a_py=UNITTEST)
    run = await run_tests(python, None, 60)
    assert run.command == "python3 -m unittest discover -s tests"
    assert (run.passed, run.failed, run.errors, run.exit_code) == (1, 1, 0, 1)
    assert run.failing[0].startswith("test_bad (test_a.T")
    (python.folder / "tests/__init__.py").touch()
    run = await run_tests(python, None, 60)
    assert run.command == "python3 -m unittest discover"
    assert (run.passed, run.failed) == (1, 1)


async def test_the_repository_s_own_word_comes_first(python: PlainSandbox) -> None:
    put(python.folder, tests__test_a_py=PASS_AND_FAIL, Makefile="test:\n\ttrue\n")
    (python.folder / ".forgecrew").mkdir()
    (python.folder / ".forgecrew/test").write_text("# all of them\necho '2 passing (3ms)'\necho '  0 failing'\n")
    run = await run_tests(python, None, 60)
    assert (run.command, run.passed, run.failed, run.ok) == ("sh .forgecrew/test", 2, 0, True)


async def test_without_pytest_its_tests_are_not_tried(sandbox: PlainSandbox) -> None:
    folder = sandbox.folder / "bin"
    folder.mkdir()
    for name in ("sh", "grep", "true"):
        (folder / name).symlink_to(shutil.which(name) or name)
    sandbox.spec = type(sandbox.spec)("plain", path=str(folder))
    put(sandbox.folder, tests__test_a_py=PASS_AND_FAIL)
    assert await find_test_command(sandbox) is None
    run = await run_tests(sandbox, None, 60)
    assert (run.command, run.exit_code, run.passed) == ("", None, 0)


@pytest.mark.parametrize(
    ("name", "content", "command"),
    [
        ("Makefile", "all:\n\ttrue\n\ntest: all\n\ttrue\n", "make test"),
        ("go.mod", "module x\n", "go test -v ./..."),
        ("Cargo.toml", "[package]\n", "cargo test --offline --no-fail-fast"),
        ("package.json", '{"scripts": {"test": "node --test"}}', "npm test --silent"),
        ("package.json", '{"scripts": {"test": "echo \\"Error: no test specified\\" && exit 1"}}', None),
        ("Makefile", "all:\n\ttrue\n", None),
    ],
)
async def test_detection(sandbox: PlainSandbox, name: str, content: str, command: str | None) -> None:
    folder = sandbox.folder / "bin"
    folder.mkdir()
    for program in ("npm", "make"):
        (folder / program).write_text("#!/bin/sh\n")
        (folder / program).chmod(0o755)
    sandbox.spec = type(sandbox.spec)("plain", path=f"{folder}:/usr/bin:/bin")
    (sandbox.folder / name).write_text(content)
    assert await find_test_command(sandbox) == command


async def test_a_run_without_end_is_stopped(sandbox: PlainSandbox) -> None:
    run = await run_tests(sandbox, "echo begun; sleep 60", 0.3)
    assert (run.reason, run.exit_code, run.ok, run.tail) == ("timeout", None, False, "begun")
