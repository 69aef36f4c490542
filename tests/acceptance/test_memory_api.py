"""Memory over HTTP and by shell, of the real process: asked by the operator, noted, forgotten, logged."""

import json
import time
from datetime import timedelta

import httpx

from forgecrew.core.event import Event
from forgecrew.core.moment import utc_now
from forgecrew.core.subject import RepoRef, Subject
from forgecrew.store.queries import events, recall_log
from tests.houses import Installation

REPO = RepoRef("acme", "tally")


async def told(served: Installation) -> None:
    """One issue with a comment, as webhooks store it; `serve` takes it in."""
    said = {"title": "Florins are lost", "body": "Pay three florins.", "author": "mia", "state": "open", "labels": ["bug"]}
    at = utc_now() - timedelta(days=2)
    about = Subject(REPO, "issue", 41)
    comment = said | {"comment": {"id": 7, "body": "The zorblax table misses florins."}}
    found = [
        Event("gitea", "issue.opened", "memory-api-1", "mia", about, at, said),
        Event("gitea", "issue.commented", "memory-api-2", "noa", about, at + timedelta(minutes=1), comment),
    ]
    database = served.database()
    async with database.write() as connection:
        await events.insert(connection, found)
    await database.close()


def searched(client: httpx.Client, until: str, query: str = "zorblax florins") -> list[dict[str, str]]:
    """The hits, as soon as memory has taken in what was told."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        hits = client.post("/memory/search", json={"query": query, "limit": 5, "repo": "acme/tally"}).json()["hits"]
        if any(until in hit["text"] for hit in hits):
            return hits
        time.sleep(0.1)
    raise AssertionError("memory did not find it")


async def test_search_related_as_of_notes_and_log(served: Installation) -> None:
    await told(served)
    with served.client() as client:
        hits = searched(client, "misses florins")
        assert all(hit["text"].startswith(f"[m:{hit['id']}]") and "/acme/tally/issues/41" in hit["url"] for hit in hits)
        assert any(hit["label"] == "stranger/public" for hit in hits)
        nothing = {"query": "zorblax florins", "min_relevance": 1.0}
        assert client.post("/api/memory/search", json=nothing).json()["hits"] == []
        for wrong in ({"query": " "}, {"limit": 0}, {"min_relevance": 2}, {"repo": "y"}, {"related": 99}):
            answer = client.post("/api/memory/search", json={"query": "x"} | wrong)
            assert answer.status_code == 400 and answer.headers["content-type"].startswith("application/problem+json"), wrong
        found = client.post("/memory/search", json={"query": "zorblax florins", "related": 9}).json()
        (about,) = {(hit["entity_id"], hit["entity_type"], hit["entity"]) for hit in found["hits"]}
        assert about[1:] == ("issue", "acme/tally#41") and {"labelled", "written_by"} <= {
            one["kind"] for one in found["related"]
        }
        assert client.post("/memory/related", json={"entity_id": about[0], "limit": 3}).json() == found["related"][:3]
        for wrong in ({}, {"entity_id": about[0], "limit": 0}):
            assert client.post("/memory/related", json=wrong).status_code == 400, wrong
        near = client.post("/memory/related", json={"name": "acme/tally#41"}).json()
        assert {"labelled", "written_by"} <= {one["kind"] for one in near}
        now = client.get("/memory/as-of", params={"repo": "acme/tally", "number": 41}).json()
        assert now["labelled"] == ["bug"] and now["state"] == ["open"]
        before = {"repo": "acme/tally", "number": 41, "at": "2020-01-01T00:00:00"}
        assert client.get("/memory/as-of", params=before).json()["labelled"] == []
        note = client.post("/memory/remember", json={"text": "Use zorblax version 9.", "repo": "acme/tally", "number": 41})
        assert note.status_code == 201
        page = next(hit["url"] for hit in searched(client, "version 9", "zorblax version") if "version 9" in hit["text"])
        assert client.get(page.removeprefix(served.url)).json()["text"] == "Use zorblax version 9."
        assert client.delete(f"/memory/notes/{note.json()['id']}").status_code == 204
        assert client.delete(f"/memory/notes/{note.json()['id']}").status_code == 404
        assert client.post("/memory/remember", json={"text": "", "repo": "acme/tally"}).status_code in (400, 403, 409, 422)
        database = served.database()
        async with database.write() as connection:
            await recall_log.add(connection, "r1", "florins", {"ids": ["c1"], "ranked": []}, ["c1"], tokens=9, milliseconds=1.0)
        await database.close()
        assert client.get("/api/memory/log", params={"run": "r1"}).json()[0]["cited"] == ["c1"]
        assert "/api/memory/search" in client.get("/schema").json()["paths"]
    for path in ("/memory/search", "/memory/related", "/memory/remember"):
        assert httpx.post(f"{served.url}{path}", json={}, trust_env=False).status_code in (401, 403), path


async def test_the_shell_asks_the_same(served: Installation) -> None:
    await told(served)
    with served.client() as client:
        searched(client, "misses florins")
    found = json.loads(served.run("memory", "search", "zorblax florins", "--json").stdout)
    assert any("misses florins" in hit["text"] for hit in found["hits"])
    assert "[m:c" in served.run("memory", "search", "zorblax florins").stdout
    unsure = served.run("memory", "search", "what a person asks about zorblax in many other words than anybody wrote")
    assert "Nothing is surely about it" in unsure.stderr and "[m:c" in unsure.stdout
    assert "relevant enough" in served.run("memory", "search", "qqqqq", "--min-relevance", "1").stdout
    assert "labelled" in served.run("memory", "related", "acme/tally#41").stdout
    assert "bug" in served.run("memory", "as-of", "acme/tally#41", utc_now().date().isoformat()).stdout
    wrong = served.run("memory", "as-of", "acme/tally#41", "spring")
    assert wrong.returncode != 0 and "2026-05-01" in wrong.stderr
    assert "cited" in served.run("memory", "retrain").stdout
