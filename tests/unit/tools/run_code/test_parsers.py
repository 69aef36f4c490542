"""Outputs of tools that this machine may not have."""

from forgecrew.tools.run_code.judge import parse

TSC = """main.ts(7,3): error TS2322: Type 'string' is not assignable to type 'number'.
  Type 'a' is worse.
shapes.ts(2,1): error TS1005: ';' expected.
"""
PYTEST = """F                                                                        [100%]
=================================== FAILURES ===================================
___________________________________ test_one ___________________________________
test_main.py:5: in test_one
    assert f(1) == 2
E   assert 3 == 2
E    +  where 3 = f(1)
=========================== short test summary info ============================
FAILED test_main.py::test_one - assert 3 == 2
FAILED test_main.py::test_two - ZeroDivisionError
2 failed in 0.01s
"""
COLLECTION = """==================================== ERRORS ====================================
_________________________ ERROR collecting test_main.py ________________________
test_main.py:1: in <module>
    from main import g
E   ImportError: cannot import name 'g' from 'main' (/workspace/main.py)
=========================== short test summary info ============================
ERROR test_main.py
"""
CLANG = "main.c:3:10: error: use of undeclared identifier 'x'\n  return x;\n         ^\n1 error generated.\n"
BASH = "main.sh: line 2: nothing: unbound variable\n"


def test_tsc() -> None:
    found = parse("typescript", TSC, {"main.ts", "shapes.ts"})
    assert found and (found.kind, found.file, found.line) == ("type", "main.ts", 7)
    assert found.message == "TS2322: Type 'string' is not assignable to type 'number'. Type 'a' is worse."
    assert found.others == ("shapes.ts:2: TS1005: ';' expected.",)
    moved = parse("typescript", TSC.replace("(7,", "(9,").replace("(2,", "(4,"), {"main.ts", "shapes.ts"})
    assert moved and moved.signature == found.signature


def test_pytest_failure_and_collection_error() -> None:
    found = parse("python", PYTEST, {"main.py", "test_main.py"})
    assert found and (found.kind, found.file, found.line) == ("assertion", "test_main.py", 5)
    assert found.message == "assert 3 == 2\n+  where 3 = f(1)" and found.others == (
        "test_main.py::test_two - ZeroDivisionError",
    )
    other = parse("python", PYTEST.replace("3 == 2", "4 == 2"), {"main.py", "test_main.py"})
    assert other and other.signature != found.signature
    broken = parse("python", COLLECTION, {"main.py", "test_main.py"})
    assert broken and (broken.kind, broken.line) == ("import", 1)


def test_clang_and_bash() -> None:
    found = parse("c", CLANG, {"main.c"})
    assert found and (found.kind, found.line, found.message) == ("compile", 3, "use of undeclared identifier 'x'")
    told = parse("shell", BASH, {"main.sh"})
    assert told and (told.kind, told.line) == ("name", 2)


def test_output_without_an_error_has_none() -> None:
    for language in ("python", "typescript", "c", "go", "rust", "shell"):
        assert parse(language, "all right: 3 things\n", {"main.py"}) is None
