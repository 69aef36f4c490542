"""The editor: exact, near, doubtful and repeated changes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forgecrew.core.action import Action
from forgecrew.core.signals import TellModel
from forgecrew.tools.edit_file import Change, apply_change, parse_changes, tool
from tests.plain_sandbox import PlainSandbox

CODE = """class Split:
    def shares(self, total, people):
        each = total // people
        return [each] * people

    def rest(self, total, people):
        return 0
"""


def block(search: str, replace: str) -> str:
    return (
        f"<<<<<<< SEARCH\n{search}\n=======\n{replace}\n>>>>>>> REPLACE"
        if replace
        else f"<<<<<<< SEARCH\n{search}\n=======\n>>>>>>> REPLACE"
    )


async def edited(sandbox: PlainSandbox, body: str, before: str = CODE) -> str:
    (sandbox.folder / "split.py").write_bytes(before.encode())
    await tool().run(sandbox, Action("edit", "split.py", body))
    return (sandbox.folder / "split.py").read_bytes().decode()


async def test_exact(sandbox: PlainSandbox) -> None:
    after = await edited(sandbox, block("        return 0", "        return total % people"))
    assert after == CODE.replace("return 0", "return total % people")


async def test_the_observation_shows_what_changed(sandbox: PlainSandbox) -> None:
    (sandbox.folder / "split.py").write_text(CODE)
    seen = await tool().run(sandbox, Action("edit", "split.py", block("        return 0", "        return 1")))
    assert seen.changed
    assert "-        return 0\n+        return 1" in seen.text


@pytest.mark.parametrize(
    "search",
    [
        "        each = total // people   \n        return [each] * people",
        "each = total // people\nreturn [each] * people",
        "            each = total // people\n            return [each] * people",
        "\n        each = total // people\n        return [each] * people\n",
    ],
    ids=["trailing spaces", "no indentation", "too much indentation", "empty lines around"],
)
async def test_near_misses_that_are_clear(sandbox: PlainSandbox, search: str) -> None:
    indent = search.lstrip("\n")[: len(search.lstrip("\n")) - len(search.lstrip("\n").lstrip(" "))]
    replace = f"{indent}each, rest = divmod(total, people)\n{indent}return [each] * people"
    after = await edited(sandbox, block(search, replace))
    assert after == CODE.replace("each = total // people", "each, rest = divmod(total, people)")


async def test_not_found_shows_the_nearest_lines(sandbox: PlainSandbox) -> None:
    with pytest.raises(TellModel) as told:
        await edited(sandbox, block("        each = total / people\n        return [each] * people", "x"))
    message = str(told.value)
    assert "3:         each = total // people" in message
    assert len(message) <= 800
    assert (sandbox.folder / "split.py").read_text() == CODE


async def test_not_unique_tells_how_many(sandbox: PlainSandbox) -> None:
    with pytest.raises(TellModel, match=r"3 times, at lines 1, 2, 4.*Add lines"):
        await edited(sandbox, block("x = 1", "x = 2"), "x = 1\nx = 1\ny\nx = 1\n")


@pytest.mark.parametrize(
    ("search", "replace"),
    [
        ("        return 0", "        return total % people"),
        ("    def rest(self, total, people):", "    def rest(self, total, people):\n        # what is left"),
        ("        return 0", "        rest = total % people\n        return 0"),
    ],
)
async def test_twice_is_once(sandbox: PlainSandbox, search: str, replace: str) -> None:
    action = Action("edit", "split.py", block(search, replace))
    after = await edited(sandbox, action.body)
    again = await tool().run(sandbox, action)
    assert "already so" in again.text
    assert again.ok
    assert not again.changed
    assert (sandbox.folder / "split.py").read_text() == after


async def test_several_blocks_are_all_applied_or_none(sandbox: PlainSandbox) -> None:
    first = block("        return 0", "        return total % people")
    after = await edited(sandbox, first + "\nand\n" + block("class Split:", "class Splitter:"))
    assert after == CODE.replace("return 0", "return total % people").replace("Split:", "Splitter:")
    with pytest.raises(TellModel, match="block 2 of 2"):
        await edited(sandbox, first + "\n" + block("absent", "x"))
    assert (sandbox.folder / "split.py").read_text() == CODE


async def test_lines_are_removed(sandbox: PlainSandbox) -> None:
    assert await edited(sandbox, block("        return 0", "")) == CODE.replace("        return 0\n", "")


async def test_a_part_of_one_line(sandbox: PlainSandbox) -> None:
    assert await edited(sandbox, block("total // people", "total / people")) == CODE.replace("//", "/")


async def test_line_ends_of_the_file_stay(sandbox: PlainSandbox) -> None:
    after = await edited(sandbox, block("b", "c\nd"), "a\r\nb\r\n")
    assert after == "a\r\nc\r\nd\r\n"


async def test_a_new_file_by_an_empty_search(sandbox: PlainSandbox) -> None:
    await tool().run(sandbox, Action("edit", "new.py", block("", "x = 1")))
    assert (sandbox.folder / "new.py").read_text() == "x = 1\n"
    with pytest.raises(TellModel, match="no such file"):
        await tool().run(sandbox, Action("edit", "absent.py", block("a", "x = 1")))
    with pytest.raises(TellModel, match="SEARCH is empty but"):
        await edited(sandbox, block("", "x = 1"))


@pytest.mark.parametrize("body", ["", "x = 1", "<<<<<<< SEARCH\na\n=======\nb", "<<<<<<< SEARCH\na\n>>>>>>> REPLACE"])
async def test_without_the_form_the_form_is_shown(sandbox: PlainSandbox, body: str) -> None:
    with pytest.raises(TellModel, match="<<<<<<< SEARCH"):
        await edited(sandbox, body)


async def test_what_is_not_text_is_refused(sandbox: PlainSandbox) -> None:
    (sandbox.folder / "a.bin").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(TellModel, match="not UTF-8"):
        await tool().run(sandbox, Action("edit", "a.bin", block("a", "b")))


line = st.text(st.characters(codec="utf-8", exclude_characters="\n\r", exclude_categories=("Cs",)), max_size=12)


@settings(deadline=None)
@given(st.lists(line, min_size=1, max_size=12), st.data())
def test_a_unique_part_is_replaced_and_nothing_else(lines: list[str], data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(lines) - 1))
    end = data.draw(st.integers(start + 1, len(lines)))
    search, replace = lines[start:end], ["the new line"]
    if not any(part.strip() for part in search):
        return
    text = "\n".join(lines)
    places = sum(1 for at in range(len(lines) - len(search) + 1) if lines[at : at + len(search)] == search)
    if places > 1:
        with pytest.raises(TellModel, match=f"{places} times"):
            apply_change(text, Change(search, replace), "")
    else:
        assert apply_change(text, Change(search, replace), "") == "\n".join([*lines[:start], *replace, *lines[end:]])


@given(st.lists(st.tuples(st.lists(line, max_size=4), st.lists(line, max_size=4)), min_size=1, max_size=4))
def test_blocks_are_read_as_written(pairs: list[tuple[list[str], list[str]]]) -> None:
    fences = ("<<<<<", "=====", ">>>>>")
    if any(part.strip().startswith(fences) for pair in pairs for side in pair for part in side):
        return
    body = "\n".join("\n".join(["<<<<<<< SEARCH", *search, "=======", *new, ">>>>>>> REPLACE"]) for search, new in pairs)
    assert parse_changes(body) == [Change(search, new) for search, new in pairs]
