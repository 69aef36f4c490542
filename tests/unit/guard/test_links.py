import pytest

from forgecrew.guard.links import foreign, tame_links

OWN = {"git.example.org", "127.0.0.1:3000"}


@pytest.mark.parametrize(
    "text",
    [
        "![x](https://evil.example/?q=1)",
        "![x](//evil.example/p.png)",
        "![a[b[c]]](http://evil.example/p)",
        "![`]`](http://evil.example/p)",
        "![x](<http://evil.example/p> 't')",
        "![x](\n http://evil.example/p)",
        "![x](&#104;ttp://evil.example/p)",
        "![x](http:/evil.example/p)",
        "`![x](http://evil.example/p)`",
        "\\`![x](http://evil.example/p)\\`",
        "```\n![x](http://evil.example/p)\n```",
        "![x](https://git.example.org@evil.example/p)",
        "![x](https://git.example.org.evil.example/p)",
        "![x](/\\evil.example/p)",
        "![x](data:image/png;base64,AAAA)",
    ],
)
def test_foreign_images_are_no_images(text: str) -> None:
    assert "![" not in tame_links(text, own_hosts=OWN, foreign_links=True)


@pytest.mark.parametrize(
    "text", ["![x][r]\n\n[r]: http://evil.example/p", "![r]\n\n> [r]:\n> <//evil.example/p>\n\n[r]: //evil.example/p"]
)
def test_foreign_definitions_do_not_resolve(text: str) -> None:
    tamed = tame_links(text, own_hosts=OWN, foreign_links=True)
    assert "]: http" not in tamed
    assert "]: //" not in tamed
    assert "`" in tamed


@pytest.mark.parametrize(
    "tag", ["<img src=x>", "<IMG/src='//evil.example'>", "<picture>", "<video poster=x>", "<style>x</style>"]
)
def test_fetching_tags_are_text(tag: str) -> None:
    assert tame_links(tag, own_hosts=OWN, foreign_links=True).startswith("&lt;")


@pytest.mark.parametrize(
    "text",
    [
        "![plan](/attachments/1.png) ![x](https://git.example.org/a.png)",
        "```rust\n#![allow(dead_code)]\n```",
        "a <b> List<String>",
        "[docs](https://docs.example/x) and https://docs.example",
        "<details><summary>log</summary>",
        "TODO: x[1]: 2",
    ],
)
def test_ordinary_text_stays(text: str) -> None:
    assert tame_links(text, own_hosts=OWN, foreign_links=True) == text


@pytest.mark.parametrize(
    ("text", "tamed"),
    [
        ("[here](https://evil.example/?q=1)", "here `https://evil.example/?q=1`"),
        ("see https://evil.example/?q=1 now", "see `https://evil.example/?q=1` now"),
        ("<https://evil.example>", "`https://evil.example`"),
        (
            "[own](https://git.example.org/x) http://127.0.0.1:3000/y",
            "[own](https://git.example.org/x) http://127.0.0.1:3000/y",
        ),
        ("`curl https://x.example`", "`curl https://x.example`"),
        ("[a](#b) [c](src/x.py)", "[a](#b) [c](src/x.py)"),
    ],
)
def test_foreign_links_become_code_under_a_strangers_label(text: str, tamed: str) -> None:
    assert tame_links(text, own_hosts=OWN, foreign_links=False) == tamed


def test_addresses_are_read_as_a_browser_reads_them() -> None:
    assert not foreign("/a", OWN)
    assert not foreign("HTTPS://Git.Example.org/a", OWN)
    assert foreign("http://[", OWN)
    assert foreign("javascript:alert(1)", OWN)
    assert foreign("///evil.example", OWN)
