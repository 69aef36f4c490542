"""Webhooks against the real process with a real database."""

import json
import time

import httpx
import pytest
import sqlalchemy as sa

from forgecrew.store.tables.event import event
from tests.certificates import CERTIFICATES
from tests.houses import PATIENCE_SECONDS, Installation, delivery


async def rows(served: Installation, number: int) -> list[sa.Row[tuple[object, ...]]]:
    database = served.database()
    async with database.read() as connection:
        found = (await connection.execute(sa.select(event).where(event.c.subject_number == number))).all()
    await database.close()
    return list(found)


def post(served: Installation, **request: object) -> httpx.Response:
    return httpx.post(f"{served.url}/hooks/gitea", trust_env=False, verify=CERTIFICATES, timeout=30, **request)  # type: ignore[arg-type]


async def test_a_delivery_becomes_one_event_however_often_it_is_told(served: Installation) -> None:
    first, second = (post(served, **delivery(id="once", number=11)) for _ in range(2))
    assert (first.status_code, first.json()) == (200, {"result": "stored"})
    assert (second.status_code, second.json()) == (200, {"result": "known"})
    replayed = post(served, **delivery(id="made-up", number=11))
    assert replayed.json() == {"result": "known"}, "the id of a delivery is not signed"
    (row,) = await rows(served, 11)
    assert (row.source, row.kind, row.actor, row.repo, row.subject_number) == (
        "gitea",
        "issue.opened",
        "mira",
        "acme/tally",
        11,
    )


async def test_the_dispatcher_makes_the_task(served: Installation) -> None:
    post(served, **delivery(id="task", number=12))
    served.wait_for_log("serve", "triager works on acme/tally#12")
    with served.client() as client:
        tasks = client.get("/api/tasks", params={"role": "triager"}).json()["tasks"]
    assert [task["title"] for task in tasks if task["subject"] == "acme/tally#12"] == ["A lost cent"]


@pytest.mark.parametrize(
    ("path", "change", "status"),
    [
        ("gitea", {"X-Gitea-Signature": "0" * 64}, 401),
        ("gitea", {"X-Gitea-Signature": ""}, 401),
        ("nowhere", {}, 404),
        ("gitea", {"X-Gitea-Delivery": ""}, 400),
        ("gitea", {"X-Gitea-Event": "fork", "X-Gitea-Event-Type": "fork"}, 200),
    ],
)
async def test_what_is_not_stored(served: Installation, path: str, change: dict[str, str], status: int) -> None:
    request = delivery(id="refused", number=13)
    request["headers"] |= change
    answer = httpx.post(f"{served.url}/hooks/{path}", trust_env=False, verify=CERTIFICATES, **request)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("application/problem+json" if status != 200 else "application/json")
    assert status != 200 or answer.json() == {"result": "ignored"}
    assert not await rows(served, 13)


async def test_a_body_that_is_no_json_is_malformed(served: Installation) -> None:
    import hashlib
    import hmac

    from tests.houses import SECRET

    request = delivery(id="torn")
    request["content"] = b'{"action": "ope'
    request["headers"]["X-Gitea-Signature"] = hmac.new(SECRET.encode(), request["content"], hashlib.sha256).hexdigest()
    answer = post(served, **request)
    assert answer.status_code == 400 and "proper delivery" in answer.json()["detail"]


async def test_a_comment_of_10_megabytes_is_taken_and_its_last_words_are_found(served: Installation) -> None:
    body = "a line of a very long log\n" * 400_000 + "zanzibar"
    comment = {"id": 77, "body": body, "user": {"login": "mira"}, "created_at": "2026-11-21T10:00:00Z"}
    request = delivery("issue_comment", id="long-comment", number=16, action="created", comment=comment)
    assert len(request["content"]) > 10_000_000
    assert post(served, **request).json() == {"result": "stored"}
    deadline, found = time.monotonic() + PATIENCE_SECONDS, []
    with served.client() as client:
        while not found and time.monotonic() < deadline:
            found = client.post("/memory/search", json={"query": "zanzibar", "repo": "acme/tally"}).json()["hits"]
    assert "acme/tally#16" in json.dumps(found), found


async def test_20_megabytes_are_refused_clearly_and_the_next_delivery_is_taken(served: Installation) -> None:
    request = delivery(id="huge", number=15, filler="x" * 20_000_000)
    answer = post(served, **request)
    assert answer.status_code == 413
    assert answer.json()["title"] == "Too large" and "16 MiB" in answer.json()["detail"]
    assert not await rows(served, 15)
    assert post(served, **delivery(id="after-huge", number=14)).json() == {"result": "stored"}


async def test_a_signature_over_other_bytes_does_not_count(served: Installation) -> None:
    request = delivery(id="respaced")
    request["content"] = json.dumps(json.loads(request["content"]), indent=1).encode()
    assert post(served, **request).status_code == 401


async def test_a_stop_in_between_loses_nothing(installation: Installation) -> None:
    process = installation.serve()
    assert post(installation, **delivery(id="before")).json() == {"result": "stored"}
    process.terminate()
    assert process.wait(5) == 0
    installation.serve()
    assert post(installation, **delivery(id="before")).json() == {"result": "known"}
