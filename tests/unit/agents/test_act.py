"""Reading actions out of ugly answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forgecrew.agents.act import parse_action
from forgecrew.core.action import Action
from forgecrew.core.signals import TellModel

ALL = ("sh", "edit", "write", "done")
SEARCH = "<<<<<<< SEARCH\na\n=======\n```\nb\n```\n>>>>>>> REPLACE"

READABLE: dict[str, tuple[str, Action]] = {
    "plain": ("I look.\n\n```sh\nls -la\n```", Action("sh", "", "ls -la", "I look.")),
    "alias": ("```bash\nls\n```", Action("sh", "", "ls")),
    "capital alias": ("```Shell\nls\n```", Action("sh", "", "ls")),
    "tildes": ("~~~sh\nls\n~~~", Action("sh", "", "ls")),
    "space before the word": ("```  sh\nls\n```", Action("sh", "", "ls")),
    "braces": ("```{.sh}\nls\n```", Action("sh", "", "ls")),
    "windows line ends": ("```sh\r\nls\r\npwd\r\n```\r\n", Action("sh", "", "ls\npwd")),
    "no closing fence": ("```sh\nls", Action("sh", "", "ls")),
    "command on the line of the fence": ("```sh ls -la\n```", Action("sh", "", "ls -la")),
    "all on one line": ("```sh ls -la```", Action("sh", "", "ls -la")),
    "in a list": ("1. Look:\n   ```sh\n   ls\n     pwd\n   ```", Action("sh", "", "ls\n  pwd", "1. Look:")),
    "output made up": ("```sh\nls\n```\nOutput:\n```\na.py\n```", Action("sh", "", "ls")),
    "two actions": ("```sh\nls\n```\nthen\n```edit a.py\nx\n```\n```done\n```", Action("sh", "", "ls", ignored=2)),
    "an example before": ('The file says\n```json\n{"a": 1}\n```\nso\n```sh\nls\n```', Action("sh", "", "ls", "…")),
    "fences in a here-document": (
        "```sh\ncat > a.md <<'EOF'\n```sh\nx\n```\nEOF\nls\n```",
        Action("sh", "", "cat > a.md <<'EOF'\n```sh\nx\n```\nEOF\nls"),
    ),
    "a here-document without end": ("```sh\ncat <<EOF\nx\n```\nsaid", Action("sh", "", "cat <<EOF\nx")),
    "edit": (f"```edit src/a.py\n{SEARCH}\n```", Action("edit", "src/a.py", SEARCH)),
    "edit, then prose with a fence": (f"```edit a.py\n{SEARCH}\n```\nNow:\n```\nb\n```", Action("edit", "a.py", SEARCH)),
    "path with decoration": ("```write path=`src/a.py`\nx\n```", Action("write", "src/a.py", "x")),
    "colon": ("```write: a.py\nx\n```", Action("write", "a.py", "x")),
    "file with a longer fence": ("````write a.md\n```\nx\n```\n````", Action("write", "a.md", "```\nx\n```")),
    "file with named blocks": (
        "```write a.md\n# T\n```sh\nls\n```\nend\n```",
        Action("write", "a.md", "# T\n```sh\nls\n```\nend"),
    ),
    "file with bare blocks": ("```write a.md\n# T\n```\nls\n```\nend\n```", Action("write", "a.md", "# T\n```\nls\n```\nend")),
    "file with both": (
        "```write a.md\n```\nmake\n```\nand\n```sh\nls\n```\nend\n```\nThat is all.",
        Action("write", "a.md", "```\nmake\n```\nand\n```sh\nls\n```\nend"),
    ),
    "file, then an action": ("```write a.py\nx\n```\nrun it\n```sh\npython a.py\n```", Action("write", "a.py", "x", ignored=1)),
    "empty file": ("```write a/__init__.py\n```", Action("write", "a/__init__.py", "")),
    "done": ("All passes.\n```done\nfixed the sum\n```", Action("done", "", "fixed the sum", "All passes.")),
    "done without notes": ("```done\n```", Action("done", "", "")),
    "finish": ("```finish\nx\n```", Action("done", "", "x")),
}


@pytest.mark.parametrize("name", READABLE)
def test_readable(name: str) -> None:
    text, expected = READABLE[name]
    action = parse_action(text, ALL)
    if expected.thought == "…":
        assert "```json" in action.thought
        action = Action(action.kind, action.argument, action.body, "…", action.ignored)
    assert action == expected


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("I would run ls.", "No block was found"),
        ("", "No block was found"),
        ("```\nls\n```", "No block was found"),
        ("```python\nprint(1)\n```", "python3 - <<'END'"),
        ("```ruby\nputs 1\n```", "'ruby'"),
        ("```edit\nx\n```", "path is missing"),
        ("```write\nx\n```", "path is missing"),
        ("use `sh` to ``look``", "No block was found"),
    ],
)
def test_what_cannot_be_read_shows_the_form(text: str, shown: str) -> None:
    with pytest.raises(TellModel) as told:
        parse_action(text, ALL)
    assert shown in str(told.value)
    assert "```" in str(told.value)
    assert len(str(told.value)) <= 200


def test_a_kind_that_is_not_allowed_is_not_done() -> None:
    with pytest.raises(TellModel, match="Kinds: sh, done"):
        parse_action("```write a.py\nx\n```", ("sh", "done"))
    assert parse_action("```write a.py\nx\n```\n```sh\nls\n```", ("sh", "done")).body == "ls"


@pytest.mark.parametrize("kind", ["sh", "edit a.py", "write a.py"])
def test_an_answer_that_was_cut_is_not_done(kind: str) -> None:
    with pytest.raises(TellModel, match="cut"):
        parse_action(f"```{kind}\nrm -rf /tmp/a", ALL, "length")
    assert parse_action(f"```{kind}\nls\n```\nand so", ALL, "length").body == "ls"


def test_a_long_thought_is_cut() -> None:
    assert len(parse_action("hm " * 1000 + "\n```sh\nls\n```", ALL).thought) == 400


body_line = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",), exclude_characters="\n\r`~"), max_size=20)


@given(
    st.sampled_from(["sh", "done", "write a.py"]),
    st.lists(body_line, min_size=1, max_size=6),
    st.sampled_from(["```", "````", "~~~"]),
)
def test_bodies_come_through_unchanged(kind: str, lines: list[str], fence: str) -> None:
    body = "\n".join(lines)
    assert parse_action(f"thought\n{fence}{kind}\n{body}\n{fence}\n", ALL).body == body


@given(st.text(st.sampled_from("`~ \nshwritedone<>=#aEOF'\"\t{}"), max_size=200), st.sampled_from(["stop", "length"]))
def test_any_text_gives_an_action_or_a_short_complaint(text: str, finish: str) -> None:
    try:
        action = parse_action(text, ALL, finish)
    except TellModel as told:
        assert 0 < len(str(told)) <= 200
    else:
        assert action.kind in ALL
