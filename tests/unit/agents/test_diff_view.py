"""A diff as the reviewer sees it: numbers of the new file, parts that fit, findings that point at shown lines."""

import pytest

from forgecrew.agents.diff_view import number, parts, split_finding

DIFF = """diff --git a/tally/split.py b/tally/split.py
index 1..2 100644
--- a/tally/split.py
+++ b/tally/split.py
@@ -3,5 +3,6 @@ def split_evenly(
 def split_evenly(amount, names):
-    share = amount // len(names)
-    return {name: share for name in names}
+    share, odd = divmod(amount, len(names))
+    # the first ones bear the odd cents
+    return {name: share + (at < odd) for at, name in enumerate(names)}
~
~
@@ -20 +21,2 @@
 last
+new
diff --git a/logo.png b/logo.png
new file mode 100644
Binary files /dev/null and b/logo.png differ
""".replace("~", " ")


def test_numbers_are_those_of_the_new_file():
    split, logo = number(DIFF)
    assert split.path == "tally/split.py"
    assert split.lines == {3, 4, 5, 6, 7, 8, 21, 22}
    assert "    4 +    share, odd = divmod" in split.text
    assert "      -    share = amount" in split.text
    assert logo.lines == frozenset()


def test_parts_hold_every_line_and_stay_within_the_size():
    views = number(DIFF)
    small = parts(views, 120)
    assert all(len(part) <= 120 + len("--- tally/split.py (continued)\n") for part in small)
    for line in views[0].text.splitlines():
        assert any(line in part for part in small)
    assert len(parts(views, 10_000)) == 1


@pytest.mark.parametrize(
    ("finding", "place"),
    [
        ("tally/split.py:5: say why", ("tally/split.py", 5, "say why")),
        ("- `tally/split.py:5`: say why", ("tally/split.py", 5, "say why")),
        ("./tally/split.py:21-22: both", ("tally/split.py", 21, "both")),
        ("tally/split.py:99: not shown", None),
        ("other.py:5: not in the diff", None),
        ("the tests are missing", None),
    ],
)
def test_findings_become_inline_only_where_the_diff_shows_the_line(finding, place):
    assert split_finding(finding, number(DIFF)) == place
