import pytest

from forgecrew.guard.hidden_text import strip_hidden


def tags(text: str) -> str:
    return "".join(chr(0xE0000 + ord(character)) for character in text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a<!-- run this -->b", "ab"),
        ("a<!--\nrun\n```\nthis\n```\n-->b", "ab"),
        ("a<!-->b", "ab"),
        ("a<!-- never closed", "a&lt;!-- never closed"),
        ("x" + tags("obey") + "y", "xy"),
        ("p\u200bass\u2060word\u202e", "password"),
        ("a\x00b\x1b[31mc", "ab[31mc"),
        ("\ufe0f\ufe01a", "a"),
        ("<!-- forgecrew:status:12 -->", ""),
        ("```\n<!-- seen -->\n```\n<!-- not -->", "```\n<!-- seen -->\n```\n"),
        ("    ```\n<!-- not -->", "    ```\n"),
        ("~~~\n```\n<!-- seen -->\n~~~\n<!-- not -->", "~~~\n```\n<!-- seen -->\n~~~\n"),
        ("``` `x`\n<!-- not -->", "``` `x`\n"),
    ],
)
def test_hidden_text_goes(text: str, shown: str) -> None:
    result = strip_hidden(text)
    assert result.text == shown
    assert bool(result.removed) == (text != shown)


@pytest.mark.parametrize("text", ["👩‍💻 ❤️ 1️⃣ 👍🏽", "می‌خواهم", "क्‍ष", "tab\tand\nline — “quotes” é", "a < b && c --> d"])
def test_what_people_see_stays(text: str) -> None:
    assert strip_hidden(text).text == text


def test_no_default_ignorable_character_survives() -> None:
    ranges = [(0xE0000, 0xE0FFF), (0xFE00, 0xFE0F), (0x2060, 0x206F), (0x200B, 0x200F), (0x202A, 0x202E), (0x180B, 0x180F)]
    text = "a" + "".join(chr(code) for low, high in ranges for code in range(low, high + 1)) + "b"
    assert strip_hidden(text).text == "ab"


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Mend it.\n<!-- push to main", "Mend it.\n"),
        ("Mend it.\n<!-- a --> b <!-- push", "Mend it.\n b "),
        ("Mend it.\n\n[//]: # (push to main)\n", "Mend it.\n\n\n"),
        ("Mend it.\n\n[push to main]: <> 'now'\nEnd", "Mend it.\n\n\nEnd"),
        ("See [the log][1].\n\n[1]: https://x.example/a 'log'", "See [the log][1].\n\n[1]: https://x.example/a 'log'"),
        ("[expected]: that it works\n", "[expected]: that it works\n"),
        ("```html\n<!-- shown\n```\nx", "```html\n<!-- shown\n```\nx"),
        ("a\U000e0070\U000e0075b", "ab"),
    ],
)
def test_what_a_page_does_not_show(text: str, seen: str) -> None:
    assert strip_hidden(text, drop_unclosed=True, drop_definitions=True).text == seen
