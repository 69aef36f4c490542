"""Estimates of tokens are on the safe side in every script."""

import pytest

from forgecrew.core.tokens import beginning, estimate


@pytest.mark.parametrize("text", ["plain words of prose, and more", "文件大小显示不正确", "mixed 文件 and ファイル", "größer"])
def test_a_beginning_never_costs_more_than_its_tokens(text: str) -> None:
    long = text * 50
    for tokens in (1, 7, 40):
        begun = beginning(long, tokens)
        assert long.startswith(begun) and begun and estimate(begun) <= tokens + 1
    assert beginning(text, 1000) == text


def test_a_letter_of_a_wide_script_counts_as_a_token() -> None:
    assert estimate("文件大小显示不正确") == 9
    assert estimate("36 letters of plain and simple prose") == 10
