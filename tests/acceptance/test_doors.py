"""Health, login, tasks, runs and the live stream of the real process."""

import json
import time
from collections.abc import Iterator

import httpx
import pytest

from forgecrew.core.moment import utc_now
from forgecrew.core.new_task import NewTask
from forgecrew.core.outcome import Outcome, RunResult
from forgecrew.core.step import Step
from forgecrew.core.subject import RepoRef, Subject
from forgecrew.kernel.step_log import StoredStepLog
from forgecrew.store.queries import claiming, runs, tasks, workers
from tests.certificates import CERTIFICATES
from tests.houses import LOGIN, Installation


async def running_task(served: Installation, number: int) -> tuple[int, str]:
    """A task with a run and two steps."""
    database = served.database()
    async with database.write() as connection:
        new = NewTask("coder", "casey", Subject(RepoRef("acme", "tally"), "issue", number), "mira", "A lost <b>cent</b>")
        made = await tasks.create(connection, new)
        assert made
        task = await claiming.claim_next(connection, "w", now=utc_now())
        assert task and task.id == made
        run_id = await runs.create(connection, task_id=made, worker_id="w")
    for step in (1, 2):
        await write_step(served, run_id, step)
    await database.close()
    return made, run_id


async def write_step(served: Installation, run_id: str, number: int) -> None:
    database = served.database()
    log = StoredStepLog(database)
    await log.write(Step(run_id, number, "edit", "sh", f"echo {number}", f"<script>{number}</script>", "", 100, 10, 1.0))
    await log.stage(run_id, "edit", [("readiness", "done"), ("edit", "running")])
    await log.diff(run_id, "diff --git a/x.py b/x.py\n--- a/x.py\n+++ b/x.py\n@@ -1 +1 @@\n-a\n+<i>b</i>\n")
    await database.close()


async def end(served: Installation, task_id: int, run_id: str) -> None:
    database = served.database()
    async with database.write() as connection:
        await runs.end(connection, run_id, Outcome.CHANGED, "done")
        await claiming.end(connection, task_id, RunResult(Outcome.CHANGED, "done"), run_id=run_id)
    await database.close()


def test_health_needs_no_login_and_tells_who_is_alive(served: Installation) -> None:
    answer = httpx.get(f"{served.url}/health", trust_env=False, verify=CERTIFICATES)
    assert answer.status_code == 200
    told = answer.json()
    assert told["database"] == "ok" and told["version"] and "last_reconcile" in told
    assert (told["status"], told["workers_alive"], told["effects_alive"]) == ("degraded", 0, 0)


async def test_health_is_ok_with_a_worker_and_effects(installation: Installation) -> None:
    installation.serve()
    database = installation.database()
    async with database.write() as connection:
        for kind in ("work", "effects"):
            await workers.join(connection, kind, kind=kind, host="h", pid=1, now=utc_now(), lease_seconds=60)
    await database.close()
    assert httpx.get(f"{installation.url}/health", trust_env=False, verify=CERTIFICATES).json()["status"] == "ok"


@pytest.mark.parametrize(
    "path", ["/api/tasks", "/api/tasks/1", "/api/tasks/1/stream", "/api/runs/x", "/schema", "/", "/tasks/1"]
)
def test_everything_else_needs_a_login(served: Installation, path: str) -> None:
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Cookie": "forgecrew_login=99999999999.abc"}):
        answer = httpx.get(f"{served.url}{path}", headers=headers, trust_env=False, verify=CERTIFICATES)
        assert answer.status_code == 401 and answer.json()["status"] == 401
        assert "set-cookie" not in answer.headers


def test_the_login_link_sets_a_cookie_and_hides_the_token(served: Installation) -> None:
    with httpx.Client(base_url=served.url, trust_env=False, verify=CERTIFICATES) as browser:
        wrong = browser.get("/login", params={"token": "nope"}, headers={"Accept": "text/html"})
        assert wrong.status_code == 401 and "not right" in wrong.text
        answer = browser.get("/login", params={"token": LOGIN})
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        cookie = answer.headers["set-cookie"]
        assert "HttpOnly" in cookie and "SameSite=strict" in cookie and LOGIN not in cookie
        assert browser.get("/").status_code == 200
        other_port = browser.post("/api/tasks/1/stop", headers={"Sec-Fetch-Site": "same-site"})
        assert other_port.status_code == 403
        assert browser.post("/api/tasks/1/stop", headers={"Origin": "http://evil.example"}).status_code == 403
        assert browser.post("/api/tasks/1/stop", headers={"Sec-Fetch-Site": "same-origin"}).status_code == 404


def test_a_link_from_another_site_opens_itself_once_more_from_ours(served: Installation) -> None:
    headers = {"Accept": "text/html", "Sec-Fetch-Site": "cross-site"}
    answer = httpx.get(f"{served.url}/tasks/1", headers=headers, trust_env=False, verify=CERTIFICATES)
    assert answer.status_code == 200 and 'content="0; url=/tasks/1"' in answer.text
    again = httpx.get(
        f"{served.url}/tasks/1", headers={**headers, "Sec-Fetch-Site": "same-origin"}, trust_env=False, verify=CERTIFICATES
    )
    assert again.status_code == 401 and "Sign in" in again.text


def test_the_form_signs_in_too(served: Installation) -> None:
    answer = httpx.post(f"{served.url}/login", data={"token": f" {LOGIN} "}, trust_env=False, verify=CERTIFICATES)
    assert answer.status_code == 303 and "forgecrew_login" in answer.headers["set-cookie"]


def test_strict_headers_on_every_answer(served: Installation) -> None:
    for path in ("/", "/health", "/nowhere", "/static/style.css", "/login"):
        headers = httpx.get(f"{served.url}{path}", trust_env=False, verify=CERTIFICATES).headers
        assert headers["content-security-policy"].startswith("default-src 'none'"), path
        assert "unsafe" not in headers["content-security-policy"] and headers["x-content-type-options"] == "nosniff"
    assert httpx.get(f"{served.url}/static/..%2f__init__.py", trust_env=False, verify=CERTIFICATES).status_code == 404


async def test_tasks_runs_and_steps(served: Installation) -> None:
    task_id, run_id = await running_task(served, 101)
    with served.client() as client:
        page = client.get("/api/tasks", params={"limit": 1, "state": "running"}).json()
        assert page["tasks"][0]["id"] == task_id and page["tasks"][0]["url"].endswith(f"/tasks/{task_id}")
        told = client.get(f"/api/tasks/{task_id}").json()
        assert told["runs"][0]["plan"] == [["readiness", "done"], ["edit", "running"]] and "x.py" in told["diff"]
        run = client.get(f"/api/runs/{run_id}").json()
        assert (run["steps"], run["prompt_tokens"], run["prompt_tokens_max"]) == (2, 200, 100)
        assert [step["id"] for step in client.get(f"/api/runs/{run_id}/steps", params={"after": 1}).json()] == ["1.2"]
        assert client.get("/api/tasks/999999").status_code == 404
        assert client.get("/api/runs/none/steps").json()["title"] == "Not found"
        assert client.get("/api/tasks", params={"limit": 0}).status_code == 400
        assert client.get("/api/tasks", params={"state": "asleep"}).status_code == 400
        stopped = client.post(f"/api/tasks/{task_id}/stop").json()["task"]
        assert (stopped["state"], stopped["stop_asked"]) == ("running", True)
        assert "/api/tasks/{task_id}/stop" in client.get("/schema").json()["paths"]
    await end(served, task_id, run_id)


def messages(lines: Iterator[str]) -> Iterator[dict[str, str]]:
    message: dict[str, str] = {}
    for line in lines:
        if not line and message:
            yield message
            message = {}
        name, _, value = line.partition(": ")
        if name in ("event", "data", "id"):
            message[name] = value


async def test_the_stream_replays_follows_and_ends(served: Installation) -> None:
    task_id, run_id = await running_task(served, 102)
    with served.client() as client, client.stream("GET", f"/api/tasks/{task_id}/stream") as answer:
        assert answer.headers["content-type"].startswith("text/event-stream") and answer.headers["cache-control"] == "no-store"
        stream = messages(answer.iter_lines())
        first = [next(stream) for _ in range(3)]
        assert [one["event"] for one in first] == ["step", "step", "state"]
        assert [one.get("id") for one in first] == ["1.1", "1.2", None]
        await write_step(served, run_id, 3)
        began = time.monotonic()
        new = next(one for one in stream if one["event"] == "step")
        assert new["id"] == "1.3" and json.loads(new["data"])["action"] == "echo 3" and time.monotonic() - began < 3
    with served.client() as client:
        with client.stream("GET", f"/api/tasks/{task_id}/stream", headers={"Last-Event-ID": "1.2"}) as answer:
            assert next(messages(answer.iter_lines()))["id"] == "1.3"
        await end(served, task_id, run_id)
        with client.stream("GET", f"/api/tasks/{task_id}/stream", headers={"Last-Event-ID": "1.3"}) as answer:
            rest = list(messages(answer.iter_lines()))
        assert [one["event"] for one in rest] == ["state", "end"]
        assert client.get("/api/tasks/999999/stream").status_code == 404


async def test_open_streams_do_not_hold_up_the_end(installation: Installation) -> None:
    process = installation.serve()
    task_id, _ = await running_task(installation, 1)
    with installation.client() as client, client.stream("GET", f"/api/tasks/{task_id}/stream") as answer:
        next(answer.iter_lines())
        began = time.monotonic()
        process.terminate()
        assert process.wait(6) == 0
        assert time.monotonic() - began < 5


async def test_what_agents_wrote_is_escaped_on_the_pages(served: Installation) -> None:
    task_id, run_id = await running_task(served, 103)
    with served.client() as client:
        text = client.get(f"/tasks/{task_id}").text
        assert "&lt;script&gt;1" in text and "<script>1" not in text and "A lost &lt;b&gt;cent" in text
        assert "&lt;i&gt;b" in text and "<i>b" not in text
        assert "A lost &lt;b&gt;cent" in client.get("/").text
    await end(served, task_id, run_id)
