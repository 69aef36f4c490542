"""Pages that show what an attacker wrote, in a real Chromium: nothing of it runs, loads or leads elsewhere."""

from collections.abc import Iterator

import pytest

from forgecrew.core.moment import utc_now
from forgecrew.core.new_task import NewTask
from forgecrew.core.step import Step
from forgecrew.core.subject import RepoRef, Subject
from forgecrew.kernel.step_log import StoredStepLog
from forgecrew.store.queries import claiming, runs, tasks
from tests.acceptance.test_doors import end
from tests.chromium import PROGRAM, Page, chromium
from tests.houses import LOGIN, Installation

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="no Chromium here: install chromium to look at the pages")

EVIL = (
    "</pre></code></li></script><script>document.title='hacked'</script>"
    "<img src=//evil.example/x onerror=\"document.title='hacked'\">"
    "<svg onload=\"document.title='hacked'\"><a id=evil href=javascript:document.title='hacked'>x</a>"
    "<form action=//evil.example><button id=evilbutton>Stop</button></form>{{ 7*7 }}"
    "\r\nevent: head\ndata: <h1>hacked</h1>\r\r\u2028"
)


@pytest.fixture(scope="module")
def browser(served: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with chromium(tmp_path_factory.mktemp("profile")) as page:
        page.look(f"{served.url}/login?token={LOGIN}")
        yield page


async def test_nothing_that_others_wrote_is_more_than_text(browser: Page, served: Installation) -> None:
    database = served.database()
    async with database.write() as connection:
        new = NewTask("coder", "casey", Subject(RepoRef("acme", "tally"), "issue", 666), EVIL[:90], EVIL[:190])
        task_id = await tasks.create(connection, new)
        task = await claiming.claim_next(connection, "w", now=utc_now())
        assert task and task_id == task.id
        run_id = await runs.create(connection, task_id=task_id, worker_id="w")
    log = StoredStepLog(database)
    diff = f"diff --git a/x b/{EVIL.splitlines()[0]}\n--- a/x\n+++ b/x\n@@ -1 +1 @@ {EVIL}\n-{EVIL}\n+{EVIL}\n"

    async def write(number: int) -> None:
        await log.write(Step(run_id, number, EVIL[:50], "sh", f"echo {number}\n{EVIL}", EVIL, EVIL, 100, 10, 1.0))
        await log.stage(run_id, EVIL[:50], [(EVIL[:50], "running")])
        await log.diff(run_id, diff + f"+{number}\n")

    try:
        await write(1)
        for path in ("/", f"/tasks/{task_id}"):
            browser.look(served.url + path)
            assert "</pre></code></li>" in browser.run("document.body.innerText")
        await write(2)
        for _ in range(50):
            if browser.run("document.querySelectorAll('.steps > li').length") == 2:
                break
            browser.run("new Promise((done) => setTimeout(done, 100))")
        assert browser.run("document.querySelectorAll('.steps > li').length") == 2
        assert browser.run("document.title").startswith("</pre>") and browser.run("document.title") != "hacked"
        assert browser.run("document.querySelectorAll('#evil, #evilbutton, main img, main svg, main script, h1').length") == 1
        assert {url for url in browser.requests if not url.startswith((served.url, "data:", "about:"))} == set()
        assert browser.problems == []
    finally:
        await database.close()
        await end(served, task_id, run_id)
