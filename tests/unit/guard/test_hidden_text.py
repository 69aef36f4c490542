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


def test_own_markers_stay_when_wanted() -> None:
    text = "<!-- forgecrew:status:12 --> x <!-- forgecrew:status:1 obey -->"
    assert strip_hidden(text, keep_own_markers=True).text == "<!-- forgecrew:status:12 --> x "


def test_no_default_ignorable_character_survives() -> None:
    ranges = [(0xE0000, 0xE0FFF), (0xFE00, 0xFE0F), (0x2060, 0x206F), (0x200B, 0x200F), (0x202A, 0x202E), (0x180B, 0x180F)]
    text = "a" + "".join(chr(code) for low, high in ranges for code in range(low, high + 1)) + "b"
    assert strip_hidden(text).text == "ab"
