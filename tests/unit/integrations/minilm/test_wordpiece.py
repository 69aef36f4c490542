"""Word pieces as BERT's own tokenizer makes them; expected ones are what the package `tokenizers` 0.23 gave."""

import json
from pathlib import Path

import pytest

from forgecrew.integrations.minilm.wordpiece import WordPiece

WORDS = [
    "[PAD]",
    "[UNK]",
    "[CLS]",
    "[SEP]",
    "[MASK]",
    "un",
    "##aff",
    "##able",
    "naive",
    "cafe",
    "x",
    "##x",
    "-",
    ".",
    "_",
    "東",
    "京",
]


@pytest.fixture
def pieces(tmp_path: Path) -> WordPiece:
    file = tmp_path / "tokenizer.json"
    file.write_text(json.dumps({"model": {"vocab": {word: number for number, word in enumerate(WORDS)}}}))
    return WordPiece(file, 8)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("UNaffable un", ["un", "##aff", "##able", "un"]),
        ("na\u00efve-caf\u00e9.", ["naive", "-", "cafe", "."]),
        ("x_xx\tx\x00x", ["x", "_", "x", "##x", "x", "##x"]),
        ("\u6771\u4eacx", ["東", "京", "x"]),
        ("unknown \u200bx", ["[UNK]", "x"]),
        ("x [SEP]x [sep]", ["x", "[SEP]", "x", "[UNK]", "[UNK]", "[UNK]"]),
        ("x" * 101, ["[UNK]"]),
        ("x " * 30, ["x"] * 6),
        ("", []),
    ],
)
def test_texts_are_cut_as_the_model_learned_them(pieces: WordPiece, text: str, found: list[str]) -> None:
    assert pieces.tokens(text) == ["[CLS]", *found, "[SEP]"]
    assert pieces.numbers(["[CLS]", "x"]) == [2, 10]
