"""Every language by its own grammar; without it by lines; and neither stumbles over anything."""

import random

import pytest

from forgecrew.memory.code import grammars, parse, read_blob
from forgecrew.memory.code.by_lines import by_lines
from forgecrew.memory.code.grammars import LANGUAGES, grammar_of, missing
from forgecrew.memory.code.kept_words import counted_words, pack, unpack
from forgecrew.memory.code.sources import is_aside, is_test, language_of, refined
from forgecrew.memory.ranking.words import code_words

from .samples import SAMPLES


def read(path: str, source: str) -> parse.Parsed:
    language = language_of(path)
    assert language is not None
    grammar = grammar_of(refined(language, source.encode()))
    assert grammar is not None
    return parse.parse(grammar, source.encode())


@pytest.mark.parametrize("path", SAMPLES)
def test_what_a_file_defines_calls_and_imports(path: str) -> None:
    source, names, used, imports = SAMPLES[path]
    found = read(path, source)
    assert [one.qualname for one in found.symbols] == names
    told = {one.name for one in found.references if one.kind != "imports"}
    assert set(used) <= told
    assert [one.name for one in sorted(found.references, key=lambda one: one.line) if one.kind == "imports"] == imports
    for one in found.symbols:
        line = source.splitlines()[one.start_line - 1]
        assert one.name in " ".join(source.splitlines()[one.start_line - 1 : one.end_line]), line
        assert one.signature and "\n" not in one.signature


def test_heads_and_docs_are_what_people_say() -> None:
    for path, module, name, doc in (
        ("shop/cart.py", "What a customer is about to buy.", "Cart", "Holds items."),
        ("web/view.ts", "", "View", "Shows a list."),
        ("pkg/store/store.go", "Package store keeps things.", "Store", "Store keeps rows."),
        ("src/net/mod.rs", "Talking to others.", "Conn", "One connection."),
        ("src/main/java/org/shop/Cart.java", "", "Cart", "What a customer is about to buy."),
        ("lib/list.c", "Lists of things.", "node", ""),
    ):
        found = read(path, SAMPLES[path][0])
        assert module in found.head
        assert name in found.head
        symbol = next(one for one in found.symbols if one.name == name)
        assert doc in symbol.text, path
    cart = read("shop/cart.py", SAMPLES["shop/cart.py"][0])
    by_name = {one.qualname: one for one in cart.symbols}
    assert by_name["Cart"].text == "Holds items.\nadd Line"
    assert by_name["Cart.add"].signature == "def add(self, item: str, *, count: int = 1) -> None"
    assert not by_name["Cart.add.check"].own
    assert by_name["Cart.Line.total"].own


def test_a_language_without_its_grammar_is_read_by_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    assert missing() == []

    def gone(_language: str) -> object:
        raise ImportError("no such grammar")

    monkeypatch.setattr(grammars, "_pointer", gone)
    grammar_of.cache_clear()
    try:
        assert missing() == list(LANGUAGES)
        for path in ("shop/cart.py", "web/view.ts", "src/net/mod.rs", "src/main/java/org/shop/Cart.java"):
            source, _, _, imports = SAMPLES[path]
            found = read_blob.read_blob(path, "0" * 40, source.encode())
            assert found.blob["indexed_version"] == 0  # read anew when the grammar is there
            assert {row["name"] for row in found.symbols} & {"Cart", "View", "Speak"}
            assert found.references
            assert {row["name"] for row in found.references if row["kind"] == "imports"}, imports
    finally:
        grammar_of.cache_clear()


def test_other_languages_are_read_by_lines() -> None:
    found = by_lines(b"require 'json'\nclass Cart < Base\n  def total(x)\n    tax(x)\n  end\nend\ndef self.help\nend\n")
    assert [(one.qualname, one.start_line, one.end_line) for one in found.symbols] == [
        ("Cart", 2, 6), ("Cart.total", 3, 5), ("help", 7, 8),
    ]  # fmt: skip
    assert {(one.kind, one.name) for one in found.references} >= {("imports", "json"), ("calls", "tax")}


def test_a_parser_that_takes_too_long_is_stopped_and_lines_are_read() -> None:
    grammar = grammar_of("python")
    assert grammar is not None
    source = b"def f(a):\n    return g(a)\n" * 20_000
    with pytest.raises(parse.TooSlow):
        parse.parse(grammar, source, seconds_max=0)
    assert len(parse.parse(grammar, b"def f(): pass\n").symbols) == 1


@pytest.mark.parametrize("path", SAMPLES)
def test_broken_sources_never_stop_the_reader(path: str) -> None:
    dice = random.Random(7)
    source = SAMPLES[path][0].encode()
    for _ in range(40):
        broken = bytearray(source)
        for _ in range(dice.randrange(1, 12)):
            at = dice.randrange(len(broken))
            if dice.random() < 0.5:
                del broken[at : at + dice.randrange(1, 30)]
            else:
                broken[at:at] = bytes(dice.randrange(256) for _ in range(3))
        found = read_blob.read_blob(path, "0" * 40, bytes(broken))
        for row in found.symbols:
            assert "\0" not in f"{row['name']}{row['qualname']}{row['signature']}"
        assert all("\0" not in text for text in found.texts.values())


def test_words_are_those_of_ranking() -> None:
    for source, *_ in SAMPLES.values():
        counted = counted_words(source)
        assert dict(counted) == {word: code_words(source).count(word) for word in set(code_words(source))}
        assert unpack(pack([counted, counted_words("")])) == [counted, counted_words("")]
    assert unpack(b"") == []


def test_which_paths_are_tests_or_aside() -> None:
    for path in (
        "tests/a.py",
        "a/test_x.py",
        "x_test.go",
        "a.test.ts",
        "a.spec.jsx",
        "src/test/java/FooTest.java",
        "a/FooIT.java",
    ):
        assert is_test(path), path
    for path in ("src/testify.py", "latest.py", "contest/a.go", "src/Fitting.java"):
        assert not is_aside(path), path
    assert is_aside("docs/examples/a.py")
    assert language_of("a/node_modules/x.js") is language_of("a/b.min.js") is language_of("README") is None
