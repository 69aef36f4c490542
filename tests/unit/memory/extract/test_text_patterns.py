import time
from datetime import UTC, datetime

import pytest

from forgecrew.memory.extract.found import Found, Key
from forgecrew.memory.extract.names import thread
from forgecrew.memory.extract.text_patterns import is_recalled, links, mentions

FRAMES = 'File "tally/split.py", line 12, in split\n    at Object.run (src/app.js:10:5)'


def found() -> Found:
    return Found(datetime(2026, 1, 1, tzinfo=UTC), "acme/tally", "public", 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Fixes #12", {("closes", "acme/tally#12")}),
        (
            "closes: acme/other#3, #4 and #5",
            {("closes", "acme/other#3"), ("closes", "acme/tally#4"), ("closes", "acme/tally#5")},
        ),
        ("Duplicate of #9.", {("duplicates", "acme/tally#9")}),
        ("depends on #1; blocked by #2", {("depends_on", "acme/tally#1"), ("depends_on", "acme/tally#2")}),
        ("This blocks #7 but see #8", {("blocks", "acme/tally#7"), ("refers_to", "acme/tally#8")}),
        ("fixes nothing, see issue #3", {("refers_to", "acme/tally#3")}),
        ("`fixes #1` and\n```\nfixes #2\n```\n<!-- fixes #4 -->", set()),
        ("color #123456789012 and a&#39; and x#4", set()),
        ("we fixed it in #1 (itself)", set()),
    ],
)
def test_links(text: str, expected: set[tuple[str, str]]) -> None:
    holder = found()
    about = thread(holder, "acme/tally", 1) if "itself" in text else thread(holder, "acme/tally", 99)
    assert {(link.kind, link.dst.key) for link in links(holder, about, text)} == expected


@pytest.mark.parametrize(
    ("text", "kind", "names"),
    [
        ("ask @mia and @noa-b, not a@b.org or `@x`", "user", {"mia", "noa-b"}),
        ("ping @acme/core-team", "team", {"acme/core-team"}),
        ("since abc1234f and deadbeef or 1234567", "commit", {"acme/tally@abc1234f"}),
        ("see tally/split.py:12 and ./README.md.", "file", {"acme/tally:tally/split.py", "acme/tally:README.md"}),
        ("call `tally.split()` or `Money::round`", "symbol", {"acme/tally:tally.split", "acme/tally:Money.round"}),
        (FRAMES, "symbol", {"acme/tally:split", "acme/tally:Object.run"}),
        (FRAMES, "file", {"acme/tally:tally/split.py", "acme/tally:src/app.js"}),
        ("at https://example.org/a/b.html?x=1.", "url", {"acme/tally:https://example.org/a/b.html?x=1"}),
        ("broken since v1.2.3, 2.0.0-rc1 fine", "version", {"acme/tally:1.2.3", "acme/tally:2.0.0-rc1"}),
        ("on 2026-02-28, not 2026-13-01", "date", {"acme/tally:2026-02-28"}),
    ],
)
def test_mentions(text: str, kind: str, names: set[str]) -> None:
    assert {key.key for key in mentions(found(), text) if key.kind == kind} == names


def test_what_memory_had_shown_is_known_by_its_mark() -> None:
    assert is_recalled("so it says [m:4f2]") and not is_recalled("[m] and [n:4]")


@pytest.mark.parametrize(
    "text", ["a/" * 20_000, "#1 " * 20_000, "@" * 50_000, "`" * 50_000, "fixes " * 20_000, "0a" * 40_000, "1." * 40_000]
)
def test_no_pattern_runs_away(text: str) -> None:
    holder, began = found(), time.process_time()
    links(holder, Key("issue", "x"), text)
    mentions(holder, text)
    assert time.process_time() - began < 5
