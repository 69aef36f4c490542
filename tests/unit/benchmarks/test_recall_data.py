"""What somebody brings to be measured on: gaps are filled, and what cannot be measured is said in a sentence."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks._recall_data import BadData, conversations, fixes, reports

TALK: dict[str, Any] = {
    "sample_id": "b", "conversation": {"session_1": [{"speaker": "Ann", "dia_id": "D1:1", "text": "A red canoe."}]},
    "qa": [{"question": "What?", "evidence": ["D1:1"], "category": 1}],
}  # fmt: skip


def file(folder: Path, content: Any, name: str = "data.json") -> Path:
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def test_gaps_in_conversations_are_filled(tmp_path: Path) -> None:
    odd = {
        "conversation": {"session_1": [{"text": None}, "x"], "session_2": None, "session_1_date_time": None},
        "qa": [{"question": "Who?"}, {"question": None}, {"question": "Why?", "evidence": "D1:1", "category": "x"}],
    }
    first, second = conversations(file(tmp_path, [TALK, odd]))
    assert {first["sample_id"], second["sample_id"]} == {"b", "conversation 0002"}
    filled = first if first["sample_id"] != "b" else second
    assert filled["conversation"]["session_1"] == [{"dia_id": "", "speaker": "", "text": "", "blip_caption": ""}]
    assert [(one["evidence"], one["category"]) for one in filled["qa"]] == [([], 0), (["D1:1"], 0)]


@pytest.mark.parametrize(
    "content", ["", "hello", "null", "{}", "[]", '["a"]', '[{"qa": []}]', '[{"conversation": {}}]', json.dumps([TALK, TALK])]
)
def test_what_are_no_conversations_is_told(tmp_path: Path, content: str) -> None:
    with pytest.raises(BadData, match=r"data\.json"):
        conversations(file(tmp_path, content))


def test_reports_of_any_numbering_and_with_gaps(tmp_path: Path) -> None:
    rows = [{"id": "X-10", "title": "new"}, {"id": "X-2", "body": None}, {"id": 1, "title": "a", "body": "b"}]
    file(tmp_path, "\n".join(map(json.dumps, rows)), "reports.jsonl")
    cases = [{"id": "X-10", "gold": [1, "gone"]}, {"id": "gone", "gold": [1]}, {"id": "X-2", "gold": ["X-10"]}, "x"]
    file(tmp_path, {"cases": cases}, "cases.json")
    found, truth = reports(tmp_path)
    assert [one["id"] for one in found] == ["1", "X-2", "X-10"] and found[1]["body"] == ""
    assert truth == {"cases": [(2, [0])], "in_a_pair": {0, 2}}


@pytest.mark.parametrize(
    ("lines", "cases"),
    [("", "{}"), ('{"id": 1}\nnope', "{}"), ('{"title": "x"}', "{}"), ('{"id": 1}', "[]"), ('{"id": 1}', '{"cases": []}')],
)
def test_what_are_no_reports_is_told(tmp_path: Path, lines: str, cases: str) -> None:
    with pytest.raises(BadData, match="cannot be read"):
        reports(tmp_path)
    file(tmp_path, lines, "reports.jsonl")
    file(tmp_path, cases, "cases.json")
    with pytest.raises(BadData):
        reports(tmp_path)


def test_fixes_need_what_was_said_before_and_touched(tmp_path: Path) -> None:
    whole = {"query": "fix it", "parent": "f" * 40, "gold": ["a.py"]}
    assert fixes(file(tmp_path, [whole])) == [whole]
    for lacking in whole:
        with pytest.raises(BadData, match="fix 2 lacks"):
            fixes(file(tmp_path, [whole, {key: value for key, value in whole.items() if key != lacking}]))


def test_the_benchmark_says_it_in_one_line(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "benchmarks.recall", "--kind", "dialogue", "--data", str(file(tmp_path, "[]")), "--json"]
    done = subprocess.run(words, capture_output=True, text=True, cwd=Path(__file__).parents[3], timeout=120)
    assert done.returncode == 2 and "holds no list of conversations" in done.stderr and "Traceback" not in done.stderr
