"""What every browser must do: pages with scripts, clicks, fields, waiting, pictures, a log; and nothing that hangs."""

import re
import struct
import zlib
from collections.abc import Callable

import pytest

from forgecrew.core.errors import SandboxUnavailable
from forgecrew.core.page import Page
from forgecrew.core.signals import TellModel
from forgecrew.integrations.chromium import flags, tab
from forgecrew.ports.browser import Browser

from .conftest import Desk

URL = "http://localhost:8000/"


def number(page: Page, words: str) -> int:
    """The number in front of some words."""
    found = re.search(rf"\[(\d+)\] {re.escape(words)}", page.text)
    assert found, f"{words!r} is not in:\n{page.text}"
    return int(found[1])


async def test_a_page_is_read_as_markdown_with_numbers(browser: Browser) -> None:
    page = await browser.open(URL)
    assert (page.url, page.title, page.note, page.cut) == (URL, "Tally", "", False), page
    for words in (
        "# JS ran 42", "Costs of **one** trip <here>", "- first\n- second [1] link \"the other page\"",
        "| name | sum |\n|---|---|",
        "| Ada | 3 |",
        "field \"Name\"", "list \"How\" = \"Cash\" of \"Cash\", \"Card\"", "checkbox [ ] \"All\"",
        "button \"Save\"",
        "api: hello",
    ):  # fmt: skip
        assert words in page.text, page.text
    assert "hidden words" not in page.text
    assert page.elements == 11


async def test_fields_are_filled_and_buttons_clicked(browser: Browser) -> None:
    page = await browser.open(URL)
    page = await browser.fill(number(page, "field"), 'Ada "the first" \\ é')
    page = await browser.fill(number(page, "list"), "Card")
    page = await browser.click(number(page, "checkbox"))
    assert 'checkbox [x] "All"' in page.text
    page = await browser.click(number(page, 'button "Save"'))
    assert 'saved Ada "the first" \\ é d true' in page.text
    with pytest.raises(TellModel, match="no such entry"):
        await browser.fill(number(page, "list"), "Gold")
    with pytest.raises(TellModel, match="not a field"):
        await browser.fill(number(page, 'button "Save"'), "x")
    with pytest.raises(TellModel, match=r"no \[99\]"):
        await browser.click(99)


async def test_links_lead_on_also_those_for_a_new_window(browser: Browser) -> None:
    page = await browser.open(URL)
    page = await browser.click(number(page, 'link "in a new window"'))
    assert (page.title, page.text) == ("Other", "## Another page")
    page = await browser.open(URL)
    assert (await browser.click(number(page, 'link "the other page"'))).url == URL + "other"


async def test_waiting_for_what_comes_later(browser: Browser) -> None:
    page = await browser.open(URL)
    await browser.click(number(page, 'button "Later"'))
    assert "late words" in (await browser.wait("late words", 10)).text
    assert "did not appear within" in (await browser.wait("never said", 0.3)).note


async def test_console_errors_and_refused_hosts_are_in_the_log(browser: Browser) -> None:
    page = await browser.open(URL)
    assert page.title == "Tally"  # the debugging port is not for pages
    log = await browser.log()
    assert "console error: something 12" in log
    assert "console log: plain" in log
    assert any(line.startswith("refused: other.example.org:80 (not in the allow-list") for line in log), log
    assert sum(line.startswith("refused: ") for line in log) == 1, log
    await browser.open(URL + "other")
    assert any("oops is not defined" in line for line in await browser.log())
    assert await browser.log() == []


async def test_what_is_not_allowed_is_not_reached(browser: Browser) -> None:
    for address in (
        "http://other.example.org/",
        "http://169.254.169.254/",
        "http://127.0.0.1:9222/json",
        "http://[::1]:9222/json",
    ):
        assert "forgecrew egress: " in (await browser.open(address)).text
    await browser.log()
    with pytest.raises(TellModel, match=r"could not be opened: .*\nrefused: other.example.org:443 \(not in the allow-list"):
        await browser.open("https://other.example.org/")
    for address in (
        "file:///etc/passwd",
        "chrome://version",
        "javascript:alert(1)",
        "data:text/html,x",
        "view-source:http://x",
    ):
        with pytest.raises(TellModel, match="Only http"):
            await browser.open(address)


async def test_a_screenshot_shows_the_page(browser: Browser) -> None:
    await browser.open(URL)
    width, height, pixel = _png(await browser.screenshot())
    assert (width, height) == (flags.WIDTH, flags.HEIGHT)
    assert pixel(100, 50) == (0xD2, 0x22, 0x22)
    assert pixel(600, 50) == (255, 255, 255)
    await browser.open(URL + "tall")
    width, height, _ = _png(await browser.screenshot(whole=True))
    assert (width, height) == (flags.WIDTH, tab.PICTURE_HEIGHT_MAX)


async def test_dialogs_popups_and_downloads_hold_nobody_up(browser: Browser) -> None:
    page = await browser.open(URL)
    page = await browser.click(number(page, 'button "Alert"'))
    assert "after the alert" in page.text
    page = await browser.click(number(page, 'button "Popup"'))
    assert page.url == URL
    page = await browser.click(number(page, 'link "a download"'))
    assert page.url == URL
    assert "nothing was shown" in (await browser.open(URL + "file.bin")).note
    log = "\n".join(await browser.log())
    assert "dialog (alert), answered with OK: stop and look" in log
    assert f"popup, closed: {URL}other" in log
    assert "download, refused: file.bin" in log


async def test_a_page_that_never_ends_is_stopped(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tab, "LOAD_SECONDS", 1.5)
    page = await browser.open(URL + "endless")
    assert "the beginning" in page.text
    assert "still loading after 1.5 s" in page.note


async def test_a_script_that_never_ends_is_stopped(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tab, "SCRIPT_SECONDS", 1.5)
    page = await browser.open(URL)
    with pytest.raises(TellModel, match="does not answer"):
        await browser.click(number(page, 'button "Hang"'))
    assert "JS ran 42" in (await browser.read()).text


async def test_a_huge_page_is_cut(browser: Browser) -> None:
    page = await browser.open(URL + "huge")
    assert page.cut
    assert len(page.text) <= tab.CHARACTERS_MAX
    assert page.elements == 0


async def test_files_of_the_workspace_are_pages(desk: Desk) -> None:
    await desk.sandbox.write("site/index.html", b"<title>Mine</title><p>from a file</p><link rel=stylesheet href=look.css>")
    await desk.sandbox.write("site/look.css", b"p { color: rgb(1, 2, 3) }")
    browser = await desk.start()
    page = await browser.open("site/index.html")
    assert (page.title, page.text) == ("Mine", "from a file")
    assert (await browser.open("/workspace/site/")).title == "Mine"
    assert "gone.html" in (await browser.open("gone.html")).text
    assert "nothing is served" in (await browser.open("localhost:8000")).text
    await browser.close()
    await browser.close()
    with pytest.raises(SandboxUnavailable):
        await browser.read()


async def test_a_machine_without_a_browser_is_told_what_to_install(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flags, "_PROGRAMS", ("no-such-browser",))
    with pytest.raises(SandboxUnavailable, match="chromium-headless-shell"):
        await desk.start()


def _png(data: bytes) -> tuple[int, int, Callable[[int, int], tuple[int, ...]]]:
    """Size, and the colour of a place, of a PNG without interlacing."""
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    width, height, depth, colour = struct.unpack(">IIBB", data[16:26])
    assert (depth, colour in (2, 6)) == (8, True)
    size, packed, at = (3 if colour == 2 else 4), b"", 8
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        packed += data[at + 8 : at + 8 + length] if kind == b"IDAT" else b""
        at += length + 12
    raw, rows, before = zlib.decompress(packed), list[bytearray](), bytearray(width * size)
    for line in range(min(height, 120)):
        start = line * (width * size + 1)
        row = _unfiltered(raw[start], bytearray(raw[start + 1 : start + 1 + width * size]), before, size)
        rows.append(row)
        before = row
    return width, height, lambda x, y: tuple(rows[y][x * size : x * size + 3])


def _unfiltered(kind: int, row: bytearray, above: bytearray, size: int) -> bytearray:
    for at in range(len(row)):
        left, up, corner = (row[at - size] if at >= size else 0), above[at], (above[at - size] if at >= size else 0)
        guess = left + up - corner
        near = min((abs(guess - left), 0, left), (abs(guess - up), 1, up), (abs(guess - corner), 2, corner))[2]
        row[at] = (row[at] + (0, left, up, (left + up) // 2, near)[kind]) & 0xFF
    return row
