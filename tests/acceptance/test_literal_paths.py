"""The paths /containers, /apps and /code/runs: data for programs, the page for browsers, live use and lines as streams."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from forgecrew.core.app import App
from forgecrew.core.moment import utc_now
from forgecrew.core.sandbox_view import SandboxView
from forgecrew.store.queries import apps, sandboxes, workers
from tests.apps import packed
from tests.houses import Installation, make_installation

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
WANTED = App(id="", name="", title="page", owner="casey", files_sha256="")
LIMITS = (1 << 30, 1.0, 64.0, 1 << 31)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    made = make_installation(tmp_path_factory.mktemp("literal") / "home")
    made.serve()
    yield made
    made.close()


@pytest.fixture
async def app(served: Installation) -> App:
    """An app that runs, with its sandbox as a worker shows it."""
    database = served.database()
    async with database.write() as connection:
        await workers.join(connection, "host-1", kind="host", host="h", pid=1, now=utc_now(), lease_seconds=600)
        made = await apps.ask(connection, WANTED, packed(index__html="x"), of_one_max=50)
        view = SandboxView(
            f"app-{made.id}-1", "casey", "host-1", "app", LIMITS, state="running", command="python3 web.py",
            cpu=0.25, memory_bytes=5 << 20, processes=3, disk_bytes=4096, lines=("one", "two"), lines_end=2,
        )  # fmt: skip
        await sandboxes.show(connection, view)
        await apps.note(connection, made.id, 1, state="running", log="one\ntwo\nhal")
    await database.close()
    return made


def test_programs_get_data_and_browsers_the_page(served: Installation, app: App) -> None:
    with served.client() as client:
        box = f"app-{app.id}-1"
        for path, api, page in (
            ("/containers", "/api/containers", "/sandboxes"),
            (f"/containers/{box}", f"/api/containers/{box}", f"/sandboxes/{box}"),
            ("/code/runs", "/api/code/runs", "/code"),
        ):
            for accept in ("application/json", "*/*", ""):
                answer = client.get(path, headers={"Accept": accept})
                assert answer.status_code == 200 and timeless(answer.json()) == timeless(client.get(api).json())
            led = client.get(path, headers=BROWSER)
            assert (led.status_code, led.headers["location"]) == (303, page)
            assert client.get(page, headers=BROWSER).text.startswith("<!doctype html>")
        for accept in ("application/json", "*/*"):
            listed = client.get("/apps", headers={"Accept": accept}).json()
            assert timeless(listed) == timeless(client.get("/api/apps").json())
        assert client.get("/apps", headers=BROWSER).text.startswith("<!doctype html>")
        used = next(one for one in listed if one["id"] == app.id)["container"]
        assert (used["cpu"], used["memory_bytes"], used["processes"], used["disk_bytes"]) == (0.25, 5 << 20, 3, 4096)
        assert used["network"] == "none" and used["memory_bytes_max"] == LIMITS[0]
        assert client.get(f"/apps/{app.id}").json()["container"]["id"] == box
        renewed = client.post(f"/apps/{app.id}/renew", json={"ttl_seconds": 60})
        assert renewed.json()["ttl_seconds"] == 60
        assert client.get(f"/apps/{app.id}/logs").text == "one\ntwo\nhal"
        asked = client.post("/apps", content=packed(index__html="x"), params={"title": "literal"})
        assert asked.status_code == 201 and client.delete(f"/apps/{asked.json()['id']}").status_code == 200
        for path in ("/apps/none", "/containers/none", "/apps/none/stream", "/code/runs/none"):
            assert client.get(path).status_code == 404
    for path in ("/containers", "/apps", "/code/runs"):
        assert httpx.get(served.url + path, trust_env=False).status_code == 401
        assert "Sign in" in httpx.get(served.url + path, headers=BROWSER, trust_env=False).text


async def test_an_app_is_followed_with_its_lines_and_its_use(served: Installation, app: App) -> None:
    database = served.database()
    seen: list[tuple[str, str]] = []
    async with httpx.AsyncClient(
        base_url=served.url, headers=dict(served.client().headers), trust_env=False, timeout=20
    ) as client, client.stream("GET", f"/apps/{app.id}/stream") as answer:  # fmt: skip
        assert answer.headers["content-type"].startswith("text/event-stream")
        kind = ""
        async for text in answer.aiter_lines():
            name, _, value = text.partition(": ")
            if name == "event":
                kind = value
            elif name == "data":
                seen.append((kind, value))
                if kind == "app" and len(seen) == 3:  # what was there has been told: now it prints more, uses more, and ends
                    async with database.write() as connection:
                        await apps.note(connection, app.id, 1, log="one\ntwo\nhalf\nthree\n")
                        view = await sandboxes.get(connection, f"app-{app.id}-1")
                        assert view is not None
                        await sandboxes.show(connection, replace(view, memory_bytes=9 << 20))
                elif kind == "app" and json.loads(value)["container"]["memory_bytes"] == 9 << 20:
                    async with database.write() as connection:
                        await apps.ask_removal(connection, app.id)
                        await apps.note(connection, app.id, 1, state="removed")
    await database.close()
    assert [value for kind, value in seen if kind == "line"] == ["one", "two", "half", "three"]
    assert seen[-1] == ("end", "{}") and json.loads(seen[-2][1])["state"] == "removed"


def test_the_paths_are_documented(served: Installation) -> None:
    with served.client() as client:
        paths = client.get("/schema/openapi.json").json()["paths"]
    for path in (
        "/containers", "/containers/{id}", "/containers/{id}/logs", "/apps", "/apps/{app_id}", "/apps/{app_id}/renew",
        "/apps/{app_id}/logs", "/apps/{app_id}/stream", "/code/runs", "/code/runs/{run_id}", "/code/runs/{run_id}/stream",
    ):  # fmt: skip
        assert path in paths, path
    shape = json.dumps(paths["/apps"]["get"]["responses"]["200"])
    assert "application/json" in shape and "AppShape" in shape


def timeless(answer: Any) -> Any:
    """An answer without what goes on between two requests."""
    if isinstance(answer, list):
        return [timeless(one) for one in answer]
    return {name: value for name, value in answer.items() if name != "seconds_left"}
