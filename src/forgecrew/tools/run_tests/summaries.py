"""Reading figures out of what test runners print: pytest, unittest, go, cargo, node, jest, vitest, mocha."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

COLOURS = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts of tests, and the names of those that failed."""

    passed: int = 0
    failed: int = 0
    errors: int = 0
    failing: tuple[str, ...] = ()


def summary(output: str) -> Summary:
    """The figures of the first runner that is recognised; all 0 when none is."""
    text = COLOURS.sub("", output).replace("\r\n", "\n")
    for parse in PARSERS:
        if found := parse(text):
            return found
    return Summary()


def pytest(text: str) -> Summary | None:
    """`3 failed, 5 passed, 1 error in 0.12s`, and lines `FAILED path::name - why`."""
    last = _last(r"^=*\s*((?:\d+ [a-z]+(?:, )?)+) in [\d.]+s", text)
    if not last:
        return None
    counts = {word: int(number) for number, word in re.findall(r"(\d+) ([a-z]+)", last[1])}
    failing = _unique(re.findall(r"^(?:FAILED|ERROR) ([^\[\n]+?(?:\[.*?\])?)(?: - .*)?$", text, re.MULTILINE))
    errors = counts.get("error", 0) + counts.get("errors", 0)
    return Summary(counts.get("passed", 0), counts.get("failed", 0), errors, failing)


def unittest(text: str) -> Summary | None:
    """`Ran 5 tests in 0.001s`, then `OK` or `FAILED (failures=1, errors=1)`."""
    last = _last(r"^Ran (\d+) tests? in [\d.]+s", text)
    if not last:
        return None
    counts = {word: int(number) for word, number in re.findall(r"([a-z]+)=(\d+)", text[last.end() :])}
    failed, errors, skipped = counts.get("failures", 0), counts.get("errors", 0), counts.get("skipped", 0)
    failing = _unique(re.findall(r"^(?:FAIL|ERROR): (.+)$", text, re.MULTILINE))
    return Summary(max(0, int(last[1]) - failed - errors - skipped), failed, errors, failing)


def cargo(text: str) -> Summary | None:
    """`test result: ok. 3 passed; 0 failed; …`, once per crate."""
    counts = re.findall(r"^test result: \w+\. (\d+) passed; (\d+) failed", text, re.MULTILINE)
    if not counts:
        return _broken(r"^error: could not compile", text)
    failing = _unique(re.findall(r"^test (\S+)(?: - .*)? \.\.\. FAILED$", text, re.MULTILINE))
    return Summary(sum(int(passed) for passed, _ in counts), sum(int(failed) for _, failed in counts), 0, failing)


def go(text: str) -> Summary | None:
    """`--- PASS: TestX (0.00s)` with -v; `ok  package` and `FAIL package` always."""
    packages = re.findall(r"^(ok|FAIL)\s+(\S+)\s+(?:[\d.]+s|\(cached\)|\[.*\])", text, re.MULTILINE)
    passed = len(re.findall(r"^\s*--- PASS: ", text, re.MULTILINE))
    failing = re.findall(r"^\s*--- FAIL: (\S+)", text, re.MULTILINE)
    if not packages and not passed and not failing:
        return None
    broken = re.findall(r"^FAIL\s+(\S+) \[.*failed\]", text, re.MULTILINE)
    if not passed:
        passed = sum(1 for word, _ in packages if word == "ok")
    return Summary(passed, len(failing), len(broken), _unique([*failing, *broken]))


def jest(text: str) -> Summary | None:
    """`Tests: 1 failed, 2 passed, 3 total` (jest) or `Tests  1 failed | 2 passed (3)` (vitest)."""
    last = _last(r"^\s*Tests:?\s+(\d+ \w+.*)$", text)
    if not last:
        return None
    counts = {word: int(number) for number, word in re.findall(r"(\d+) (passed|failed)", last[1])}
    failing = re.findall(r"^\s*● (.+)$", text, re.MULTILINE) or re.findall(r"^\s*FAIL\s+(\S.*? > .+)$", text, re.MULTILINE)
    return Summary(counts.get("passed", 0), counts.get("failed", 0), 0, _unique(failing))


def node(text: str) -> Summary | None:
    """`# pass 3` and `# fail 1` (or with ℹ) of node --test."""
    passed, failed = _last(r"^\s*[#ℹ] pass (\d+)", text), _last(r"^\s*[#ℹ] fail (\d+)", text)
    if not passed or not failed:
        return None
    failing = re.findall(r"^\s*not ok \d+ - (.+)$", text, re.MULTILINE) or re.findall(
        r"^\s*✖ (.+?)(?: \([\d.]+ms\))?$", text, re.MULTILINE
    )
    return Summary(int(passed[1]), int(failed[1]), 0, _unique(name for name in failing if name != "failing tests:"))


def mocha(text: str) -> Summary | None:
    """`3 passing (5ms)` and `1 failing`."""
    passed = _last(r"^\s*(\d+) passing\b", text)
    if not passed:
        return None
    failed = _last(r"^\s*(\d+) failing\b", text)
    failing = re.findall(r"^\s+\d+\) (.+?):?$", text[failed.end() :], re.MULTILINE) if failed else []
    return Summary(int(passed[1]), int(failed[1]) if failed else 0, 0, _unique(failing))


PARSERS: tuple[Callable[[str], Summary | None], ...] = (pytest, unittest, cargo, go, jest, node, mocha)


def _last(pattern: str, text: str) -> re.Match[str] | None:
    return next(reversed(list(re.finditer(pattern, text, re.MULTILINE))), None)


def _broken(pattern: str, text: str) -> Summary | None:
    return Summary(errors=1) if re.search(pattern, text, re.MULTILINE) else None


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.strip() for name in names))
