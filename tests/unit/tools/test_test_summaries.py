"""Figures out of what test runners print."""

import pytest

from forgecrew.tools.run_tests.summaries import Summary, summary

PYTEST = """..F.E                                                     [100%]
=================================== FAILURES ===================================
=========================== short test summary info ============================
FAILED tests/test_split.py::test_three[a - b] - AssertionError: 1 != 2
ERROR tests/test_io.py::test_read - OSError: gone
==== 1 failed, 3 passed, 2 skipped, 1 warning, 1 error in 0.12s ====
"""
UNITTEST = """F.E
======================================================================
ERROR: test_c (tests.test_a.T.test_c)
----------------------------------------------------------------------
======================================================================
FAIL: test_a (tests.test_a.T.test_a)
----------------------------------------------------------------------
Ran 5 tests in 0.001s

FAILED (failures=1, errors=1, skipped=1)
"""
GO_VERBOSE = """=== RUN   TestA
--- PASS: TestA (0.00s)
=== RUN   TestB
    split_test.go:9: wrong
--- FAIL: TestB (0.00s)
FAIL
FAIL	example.com/split	0.002s
ok  	example.com/money	0.001s
FAIL	example.com/broken [build failed]
"""
GO_PLAIN = "ok  \texample.com/a\t0.002s\nok  \texample.com/b\t(cached)\n?   \texample.com/c\t[no test files]\n"
CARGO = """running 2 tests
test tests::good ... ok
test tests::bad ... FAILED

test result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s

running 1 test
test src/lib.rs - add (line 3) ... ok

test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.31s
"""
JEST = """FAIL src/split.test.js
  ● split › three people

    expect(received).toBe(expected)

Test Suites: 1 failed, 1 passed, 2 total
Tests:       1 failed, 2 passed, 3 total
"""
VITEST = """ FAIL  src/split.test.ts > split > three people
 Test Files  1 failed (1)
      Tests  1 failed | 2 passed (3)
"""
NODE_TAP = "not ok 2 - adds\n# tests 3\n# pass 2\n# fail 1\n"
NODE_SPEC = "✔ good (0.5ms)\n✖ adds (1.2ms)\nℹ tests 2\nℹ pass 1\nℹ fail 1\n\n✖ failing tests:\n\n✖ adds (1.2ms)\n"
MOCHA = "  3 passing (5ms)\n  1 failing\n\n  1) split\n       three people:\n     AssertionError\n"


@pytest.mark.parametrize(
    ("output", "figures"),
    [
        (PYTEST, Summary(3, 1, 1, ("tests/test_split.py::test_three[a - b]", "tests/test_io.py::test_read"))),
        ("5 passed in 0.02s\n", Summary(5)),
        ("\x1b[32m\x1b[1m5 passed\x1b[0m\x1b[32m in 0.02s\x1b[0m\n", Summary(5)),
        ("======= 5 passed in 71.20s (0:01:11) =======\n", Summary(5)),
        ("no tests ran in 0.01s\n", Summary()),
        (UNITTEST, Summary(2, 1, 1, ("test_c (tests.test_a.T.test_c)", "test_a (tests.test_a.T.test_a)"))),
        ("...\nRan 3 tests in 0.000s\n\nOK\n", Summary(3)),
        (GO_VERBOSE, Summary(1, 1, 1, ("TestB", "example.com/broken"))),
        (GO_PLAIN, Summary(2)),
        (CARGO, Summary(2, 1, 0, ("tests::bad",))),
        ("error: could not compile `x` (lib) due to 1 previous error\n", Summary(errors=1)),
        (JEST, Summary(2, 1, 0, ("split › three people",))),
        (VITEST, Summary(2, 1, 0, ("src/split.test.ts > split > three people",))),
        (NODE_TAP, Summary(2, 1, 0, ("adds",))),
        (NODE_SPEC, Summary(1, 1, 0, ("adds",))),
        (MOCHA, Summary(3, 1, 0, ("split",))),
        ("make: *** No rule to make target 'test'.  Stop.\n", Summary()),
    ],
)
def test_figures(output: str, figures: Summary) -> None:
    assert summary(output) == figures
