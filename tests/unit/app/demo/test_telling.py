"""What the demo prints, at the width of a small terminal."""

import io

import pytest
from rich.console import Console

from forgecrew.app.demo.follow import one_line
from forgecrew.app.demo.terminal import Terminal
from forgecrew.core.step import Step


@pytest.fixture
def terminal() -> Terminal:
    made = Terminal()
    made.console = Console(file=io.StringIO(), width=80, highlight=False)
    return made


def told(terminal: Terminal) -> list[str]:
    assert isinstance(terminal.console.file, io.StringIO)
    return [line.rstrip() for line in terminal.console.file.getvalue().splitlines()]


def test_a_line_is_cut_and_steers_nothing(terminal: Terminal) -> None:
    terminal.say("casey", "locate", "I look\n\x1b[2J around [bold]" + " and around" * 20)
    (empty, line) = told(terminal)
    assert empty == "" and len(line) <= 80 and line.endswith("…")
    assert "casey" in line and "I look [2J around [bold] and" in line and "\x1b" not in line


def test_name_and_word_stand_where_they_change(terminal: Terminal) -> None:
    for who, what in (("casey", "edit"), ("casey", "edit"), ("casey", "draft"), ("robin", "draft")):
        terminal.say(who, what, "…")
    assert [line.split()[2:-1] for line in told(terminal) if line] == [["casey", "edit"], [], ["draft"], ["robin", "draft"]]


def test_an_address_is_never_cut(terminal: Terminal) -> None:
    address = "http://127.0.0.1:1/login?token=" + "x" * 90
    terminal.places("http://127.0.0.1:2/mira/tally", address)
    assert told(terminal)[-1].endswith(address)


@pytest.mark.parametrize(
    ("step", "wanted"),
    [
        (Step("r", 1, "edit", "sh", "ls\npwd", "exit 0", thought="I look around. Then I read."), "I look around."),
        (Step("r", 1, "edit", "sh", "ls\npwd", "exit 0"), "ls"),
        (Step("r", 1, "edit", "act", "done", "It is mended."), "It is mended."),
        (Step("r", 1, "verdict", "decide", "", '{"verdict": "request_changes", "findings": ["a", "b"], "more": []}'),
         "request changes · a, b"),
        (Step("r", 1, "verdict", "decide", "", "no JSON"), "no JSON"),
    ],
)  # fmt: skip
def test_a_step_in_one_line(step: Step, wanted: str) -> None:
    assert one_line(step) == wanted
