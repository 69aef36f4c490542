"""Findings go to lines where the diff shows them, else into the review's text."""

from forgecrew.agents.diff_view import FileView
from forgecrew.crew.reviewer.submit import sort_findings


def test_at_most_five_inline_and_nothing_lost():
    views = [FileView("a.py", "", frozenset(range(1, 20)))]
    findings = [f"a.py:{line}: remark {line}" for line in range(1, 8)] + ["a general remark"]
    inline, rest = sort_findings(findings, views)
    assert [one["line"] for one in inline] == [1, 2, 3, 4, 5]
    assert rest == ["a.py:6: remark 6", "a.py:7: remark 7", "a general remark"]
