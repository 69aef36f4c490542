"""Comments and diffs as safe HTML."""

from hypothesis import given
from hypothesis import strategies as st

from forgecrew.integrations.practice.prose import diff_lines, prose


def test_markup_is_escaped() -> None:
    assert prose("<script>alert(1)</script> & `<b>`") == "&lt;script&gt;alert(1)&lt;/script&gt; &amp; <code>&lt;b&gt;</code>"


def test_hidden_markers_stay_hidden() -> None:
    assert prose("<!-- forgecrew:status:1 -->\nWorking") == "Working"


def test_fences_bold_and_links() -> None:
    assert prose("**Look**:\n```python\nx < 1\n```\nend") == "<strong>Look</strong>:\n<pre>x &lt; 1\n</pre>\nend"
    assert prose("[docs](https://example.org/a?b=1)") == '<a href="https://example.org/a?b=1" rel="nofollow">docs</a>'
    assert "<a" not in prose("[x](javascript:alert(1))")
    assert "<a" not in prose('[x](https://e.org/" onclick=")')


@given(st.text(alphabet="<>&\"'`*[]()!-abc:/\n", max_size=60))
def test_no_text_makes_a_tag_of_its_own(text: str) -> None:
    html = str(prose(text))
    for tag in ("<pre>", "</pre>", "<code>", "</code>", "<strong>", "</strong>", "</a>", "<a href="):
        html = html.replace(tag, "")
    assert "<" not in html


def test_kinds_of_diff_lines() -> None:
    text = "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-old\n+new\n same\n"
    assert [kind for kind, _ in diff_lines(text)] == ["place", "place", "place", "place", "removed", "added", "same"]
