"""Small parts of the doors: cookies, ids of steps, diffs, headlines."""

import time

import pytest

from forgecrew.api.follow import parse_last_id
from forgecrew.api.login import cookie_holds, sign
from forgecrew.api.pages.diff import LINES_MAX, diff_files
from forgecrew.api.pages.render import bare, headline, moment, thousands
from forgecrew.core.step import Step


def test_a_cookie_holds_until_it_ends_and_for_one_token_only() -> None:
    soon, past = int(time.time()) + 60, int(time.time()) - 1
    assert cookie_holds(sign("token", soon), "token")
    assert not cookie_holds(sign("token", past), "token")
    assert not cookie_holds(sign("token", soon), "other")
    assert not cookie_holds(sign("token", soon).replace(str(soon), str(soon + 9)), "token")
    for broken in ("", ".", "x.y", "9" * 30, "٣.abc", "²." + "a" * 64):
        assert not cookie_holds(broken, "token")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("2.14", (2, 14)), ("", (0, 0)), ("x", (0, 0)), ("1.", (0, 0)), ("1.x", (0, 0)), ("²".join("1."), (0, 0))],
)
def test_ids_of_steps(text: str, wanted: tuple[int, int]) -> None:
    assert parse_last_id(text) == wanted


DIFF = """diff --git a/a.py b/a.py
new file mode 100644
--- /dev/null
+++ b/a.py
@@ -0,0 +1,3 @@
+--- not a header
++++ neither
+x
diff --git a/old name b/new name
similarity index 90%
rename from old name
rename to new name
--- a/old name
+++ b/new name
@@ -1,2 +1,1 @@
 same
-gone
\\ No newline at end of file
"""


def test_a_diff_taken_apart() -> None:
    first, second = diff_files(DIFF)
    assert (first.path, first.added, first.removed) == ("a.py", 3, 0)
    assert [kind for kind, _ in first.lines] == ["note", "hunk", "add", "add", "add"]
    assert (second.path, second.added, second.removed) == ("new name", 0, 1)
    assert ("note", "\\ No newline at end of file") in second.lines and ("same", " same") in second.lines
    assert diff_files("") == [] and diff_files("no diff at all") == []


def test_a_huge_diff_is_cut_but_counted() -> None:
    (file,) = diff_files("diff --git a/x b/x\n@@ -0,0 +1 @@\n" + "+y\n" * (LINES_MAX * 2))
    assert file.added == LINES_MAX * 2 and len(file.lines) <= LINES_MAX + 1 and file.lines[-1][0] == "note"


@pytest.mark.parametrize(
    ("kind", "action", "observation", "wanted"),
    [
        ("sh", "grep -rn x\nmore", "", "grep -rn x"),
        ("done", "done", "\n  two files changed\n", "two files changed"),
        ("decide", "decide", '{"verdict": "ready", "count": 3, "questions": [], "reason": "clear"}', "ready · clear"),
        ("decide", "decide", '{"points": ["a.py:3: look", "b.py"], "reason": ""}', "a.py:3: look · b.py"),
        ("decide", "decide", "not json", "not json"),
        ("decide", "decide", "[1]", "[1]"),
        ("sh", "", "", "sh"),
    ],
)
def test_one_line_per_step(kind: str, action: str, observation: str, wanted: str) -> None:
    assert headline(Step("r", 1, "s", kind, action, observation)) == wanted


def test_figures_and_moments() -> None:
    assert (thousands(999), thousands(12_345), moment(None)) == ("999", "12.3k", "")


def test_a_step_is_told_in_the_model_s_own_words() -> None:
    step = Step("r", 1, "s", "sh", "ls", "a.py", thought="I look around.\nThen I read.")
    assert headline(step) == step.said == "I look around."
    assert bare("WIP: Count twice") == bare("Count twice") == "Count twice"
