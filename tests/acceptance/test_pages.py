"""The pages in a real Chromium: nothing foreign, nothing refused, live without a reload, both themes, both widths."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.test_doors import end, running_task, write_step
from tests.chromium import PROGRAM, Page, chromium
from tests.houses import LOGIN, Installation

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="no Chromium here: install chromium to look at the pages")


@pytest.fixture(scope="module")
def browser(served: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with chromium(tmp_path_factory.mktemp("profile")) as page:
        page.look(f"{served.url}/login?token={LOGIN}")
        assert page.run("location.pathname + location.search") == "/"
        yield page


def quiet(page: Page, served: Installation) -> None:
    """Nothing was refused by the policy, nothing failed, and nothing was asked of anybody else."""
    assert page.problems == []
    assert {url for url in page.requests if not url.startswith((served.url, "data:", "about:"))} == set()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
async def test_both_pages_in_every_theme_and_width(
    browser: Page, served: Installation, tmp_path: Path, dark: bool, width: int
) -> None:
    task_id, run_id = await running_task(served, 200 + width + dark)
    try:
        for path, words in (("/", "Crew"), (f"/tasks/{task_id}", "Steps")):
            browser.look(served.url + path, width=width, dark=dark)
            assert words in browser.run("document.body.innerText")
            assert browser.run("document.documentElement.scrollWidth") <= width, f"{path} is wider than the window"
            assert contrast(browser) >= 4.5, path
            browser.picture(tmp_path / "page.png")
            assert (tmp_path / "page.png").stat().st_size > 5000
        quiet(browser, served)
    finally:
        await end(served, task_id, run_id)


def contrast(page: Page) -> float:
    """The lowest contrast of a text against the page, as WCAG counts it."""
    return page.run("""(() => {
      const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
      const light = (colour) => numbers(colour).slice(0, 3).map((part) => part / 255)
        .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
        .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
      const ground = (node) => {
        const colour = getComputedStyle(node).backgroundColor;
        return numbers(colour)[3] === 0 ? (node.parentElement ? ground(node.parentElement) : "rgb(255,255,255)") : colour;
      };
      const texts = [...document.querySelectorAll("body *")]
        .filter((node) => [...node.childNodes].some((part) => part.nodeType === 3 && part.data.trim()) && node.offsetWidth);
      return Math.min(...texts.map((node) => {
        const [a, b] = [light(getComputedStyle(node).color), light(ground(node))].sort((x, y) => y - x);
        return (a + 0.05) / (b + 0.05);
      }));
    })()""")


async def test_a_task_moves_while_it_is_looked_at(browser: Page, served: Installation) -> None:
    task_id, run_id = await running_task(served, 300)
    browser.look(f"{served.url}/tasks/{task_id}")
    browser.wait_for("document.querySelector('[data-connection]').textContent === 'live'")
    assert browser.run("document.querySelectorAll('.steps li').length") == 2
    browser.run("document.querySelector('.steps details').open = true")
    browser.run("window.stillHere = true")
    began = time.monotonic()
    await write_step(served, run_id, 3)
    browser.wait_for("document.querySelectorAll('.steps li').length === 3")
    assert time.monotonic() - began < 5
    assert browser.run("document.querySelector('.steps li:last-child .observation').textContent") == "<script>3</script>"
    assert browser.run("document.querySelector('.steps details').open && window.stillHere"), "the page was not loaded anew"
    browser.wait_for("document.querySelector('.figures dd').textContent === '3'")
    await end(served, task_id, run_id)
    browser.wait_for("document.querySelector('.head .state').textContent.trim() === 'changed'")
    browser.wait_for("document.querySelector('[data-connection]').textContent === ''")
    assert browser.run("document.querySelectorAll('.steps li').length") == 3
    quiet(browser, served)


async def test_the_front_page_moves_too_and_the_button_stops(browser: Page, served: Installation) -> None:
    browser.look(f"{served.url}/")
    browser.wait_for("document.querySelector('[data-connection]').textContent === 'live'")
    task_id, run_id = await running_task(served, 301)
    browser.wait_for(f"document.querySelector('.crew a[href=\"/tasks/{task_id}\"]') !== null")
    browser.look(f"{served.url}/tasks/{task_id}")
    browser.run("document.querySelector('form button').click()")
    browser.wait_for(
        "document.readyState === 'complete' && document.querySelector('.head .state').textContent.trim() === 'stopping'"
    )
    await end(served, task_id, run_id)
    quiet(browser, served)


async def test_the_stream_goes_on_where_it_was_after_a_restart(installation: Installation, tmp_path: Path) -> None:
    process = installation.serve()
    task_id, run_id = await running_task(installation, 1)
    with chromium(tmp_path / "profile") as page:
        page.look(f"{installation.url}/login?token={LOGIN}")
        page.look(f"{installation.url}/tasks/{task_id}")
        page.wait_for("document.querySelector('[data-connection]').textContent === 'live'")
        process.terminate()
        process.wait(8)
        await write_step(installation, run_id, 3)
        page.wait_for("document.querySelector('[data-connection]').dataset.connection === 'lost'")
        installation.serve()
        page.wait_for("document.querySelectorAll('.steps li').length === 3", seconds=20)
        assert page.run("document.querySelectorAll('.steps li').length") == 3
