import random
import time

from hypothesis import given, settings
from hypothesis import strategies as st

from forgecrew.core.tokens import estimate
from forgecrew.memory.chunking.identifiers import identifiers
from forgecrew.memory.chunking.split import CHUNKS_MAX, CODE_TOKENS_MAX, LAST_CHUNKS, TOKENS_MAX, split


def test_a_comment_is_one_chunk_with_its_headings() -> None:
    text = "# Steps\n\none\n\n# Seen\n\ntwo"
    assert split(text) == [text]
    assert split("") == [] and split("  \n ") == []


def test_long_texts_break_at_headings_and_paragraphs() -> None:
    paragraph = "A sentence of some words. " * 20
    found = split(f"# One\n\n{paragraph}\n\n## Two\n\n{paragraph}\n\n{paragraph}")
    assert [chunk.split("\n")[0][:5] for chunk in found] == ["# One", "## Tw", "A sen"]


def test_fenced_code_stays_whole_when_it_can_and_keeps_its_fences_when_not() -> None:
    whole = "```python\n" + "\n".join(f"line_{number} = {number}" for number in range(60)) + "\n```"
    assert whole in split(f"{'Words. ' * 120}\n\n{whole}\n\nMore words.")
    pieces = split("```\n" + "\n".join(f"line_{number} = {number}" for number in range(600)) + "\n```")
    assert len(pieces) > 3 and all(piece.startswith("```") and piece.endswith("```") for piece in pieces)


def test_ten_megabytes_are_cut_with_a_note() -> None:
    dice = random.Random(1)
    text = "\n\n".join(" ".join(dice.choices(["some", "words", "here"], k=40)) for _ in range(60_000))
    text += "\n\nThe last words tell what went wrong."
    assert len(text) > 10_000_000
    began = time.process_time()
    found = split(text)
    assert time.process_time() - began < 5
    assert len(found) == CHUNKS_MAX
    assert [at for at, chunk in enumerate(found) if "more characters are kept in the event" in chunk] == [
        CHUNKS_MAX - LAST_CHUNKS - 1
    ]
    assert found[-1].endswith("The last words tell what went wrong.")


def test_a_text_of_a_few_chunks_too_many_keeps_both_ends() -> None:
    parts = [f"part{number} " * 90 for number in range(CHUNKS_MAX + 5)]
    found = split("\n\n".join(parts))
    assert len(found) == CHUNKS_MAX and "part0 " in found[0] and f"part{CHUNKS_MAX + 4}" in found[-1]
    assert len({chunk.split()[0] for chunk in found}) == CHUNKS_MAX


def test_garbage_is_no_text() -> None:
    assert split(bytes(range(256)).decode("latin-1") * 20) == []
    assert split("see \x00 this <!-- hidden --> here") == ["see  this  here"]
    assert split("key " + "A" * 5000) == ["key [5000 characters that are no words]"]


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.sampled_from("ab .\n#`~*é"), max_size=4000))
def test_chunks_are_bounded_and_lose_no_words(text: str) -> None:
    found = split(text)
    assert all(estimate(chunk) <= CODE_TOKENS_MAX + TOKENS_MAX for chunk in found)
    kept = "".join("".join(found).split()).replace("`", "").replace("~", "")
    for letter in "abé":
        assert kept.count(letter) >= text.count(letter)


def test_names_of_code_are_taken_apart_and_put_together() -> None:
    assert set(identifiers("getUserName get_user_id tally/parse.py HTTPServer plain words").split()) >= {
        "get", "user", "name", "getusername", "getuserid", "tally", "parse", "tallyparsepy", "http", "server", "httpserver",
    }  # fmt: skip
    assert identifiers("only plain words here.") == ""
