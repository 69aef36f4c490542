"""The last lines of a sandbox."""

import base64

from hypothesis import given
from hypothesis import strategies as st

from forgecrew.core.sandbox_view import LINES_KEPT
from forgecrew.guard.secret_search import SecretSearch
from forgecrew.kernel.output_lines import HIDDEN, LINE_CHARACTERS_MAX, OutputLines

SECRET = "s3cr3t-token-of-casey-0123456789"
FINDS = SecretSearch({"token": SECRET}).find


def lines(*blocks: bytes, whole: bool = True) -> OutputLines:
    made = OutputLines()
    for block in blocks:
        made.feed(block)
        made.settle(FINDS, whole=False)
    made.settle(FINDS, whole=whole)
    return made


def test_lines_come_whole_and_are_counted() -> None:
    made = lines(b"on", b"e\ntwo\nthr", whole=False)
    assert (list(made.lines), made.end) == (["one", "two"], 2)
    made.settle(FINDS, whole=True)
    assert (list(made.lines), made.end, made.unsettled) == (["one", "two", "thr"], 3, False)


def test_control_characters_colours_and_overwritten_lines_are_not_shown() -> None:
    made = lines(b"\x1b[31mred\x1b[0m\x07\n10%\r20%\r\n\x1b]0;title\x07x\n\xff\n")
    assert list(made.lines) == ["red", "20%", "x", "\N{REPLACEMENT CHARACTER}"]


def test_a_line_with_a_secret_is_not_shown() -> None:
    made = lines(f"a\nit is {SECRET}\nb\n".encode())
    assert list(made.lines) == ["a", HIDDEN, "b"]
    coded = base64.b64encode(SECRET.encode())
    assert list(lines(coded + b"\n").lines) == [HIDDEN]
    assert list(lines(f"{SECRET[:8]}\n{SECRET[8:16]}\n".encode()).lines) == [HIDDEN, HIDDEN], "also over two lines"


def test_a_flood_costs_little_and_keeps_the_end() -> None:
    made = OutputLines()
    for number in range(100):
        made.feed(b"".join(b"%d\n" % (number * 1000 + one) for one in range(1000)))
    made.settle(FINDS, whole=True)
    assert made.end == 100_000 and made.lines[-1] == "99999" and len(made.lines) <= LINES_KEPT


@given(st.lists(st.binary(max_size=3000), max_size=20))
def test_whatever_is_printed_lines_are_few_short_and_printable(blocks: list[bytes]) -> None:
    made = lines(*blocks)
    assert len(made.lines) <= LINES_KEPT and made.end >= len(made.lines)
    for line in made.lines:
        assert len(line) <= LINE_CHARACTERS_MAX and "\x1b" not in line and "\n" not in line


def test_what_comes_while_lines_are_made_is_kept() -> None:
    made = OutputLines()
    made.feed(b"one\n")
    taken = made.taken(whole=False)
    made.feed(b"two\n")
    made.keep(FINDS, *taken)
    made.settle(FINDS, whole=False)
    assert (list(made.lines), made.end) == (["one", "two"], 2)
