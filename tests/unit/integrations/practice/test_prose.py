"""Comments and diffs as safe HTML."""

import re

from hypothesis import given
from hypothesis import strategies as st

from forgecrew.integrations.practice.prose import diff_lines, prose

TAGS = {"p", "pre", "code", "strong", "em", "a", "br", "hr", "ul", "ol", "li", "blockquote", "s", "small", "h1", "h2"} | {
    "br/",
    "hr/",
}


def test_markup_is_escaped() -> None:
    assert (
        prose("<script>alert(1)</script> & `<b>`")
        == "<p>&lt;script&gt;alert(1)&lt;/script&gt; &amp; <code>&lt;b&gt;</code></p>"
    )


def test_hidden_markers_stay_hidden() -> None:
    assert prose("<!-- forgecrew:status:1 -->\nWorking") == "<p>Working</p>"


def test_fences_bold_and_links() -> None:
    assert '<pre><code class="language-python">x &lt; 1\n</code></pre>' in prose("**Look**:\n```python\nx < 1\n```\nend")
    assert prose("[docs](https://example.org/a?b=1)") == '<p><a href="https://example.org/a?b=1">docs</a></p>'
    assert "<a" not in prose("[x](javascript:alert(1))")
    assert 'onclick="' not in prose('[x](https://e.org/" onclick=")')
    assert "<img" not in prose("![x](https://e.org/x.png)")


def test_check_lists_and_small_print() -> None:
    html = prose("- [x] done\n- [ ] open\n\n<sub>3 steps</sub>")
    assert '<li class="box">☑ done</li>' in html
    assert '<li class="box">☐ open</li>' in html
    assert "<small>3 steps</small>" in html


@given(st.text(alphabet="<>&\"'`*[]()!-abc:/\n", max_size=60))
def test_no_text_makes_a_tag_of_its_own(text: str) -> None:
    html = str(prose(text))
    assert set(re.findall(r"</?([^\s>]*)", html)) <= TAGS
    assert all(re.match(r"<a href=\"(https?:|[^:\"]*\")", link) for link in re.findall(r"<a [^>]*>", html))


def test_kinds_of_diff_lines() -> None:
    text = "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-old\n+new\n same\n"
    assert [kind for kind, _ in diff_lines(text)] == ["place", "place", "place", "place", "removed", "added", "same"]


def test_numbers_lead_to_issues_and_pull_requests() -> None:
    html = prose("Closes #1, see [#2](https://e.org/) and `#3`; a#4 &#5;", "mira/tally")
    assert html.count("<a ") == 2
    assert 'Closes <a href="/mira/tally/issues/1">#1</a>, see <a href="https://e.org/">#2</a> and <code>#3</code>' in html
    assert "<a" not in prose("Closes #1")
