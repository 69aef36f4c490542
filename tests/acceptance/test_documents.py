"""Documents from a door to what memory holds: real processes, a real sandbox."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from forgecrew.core.errors import SandboxUnavailable
from forgecrew.core.scope import Scope
from forgecrew.integrations.bubblewrap.sandbox import backend
from forgecrew.memory.search_text import search_text
from forgecrew.store.queries import chunks
from tests.documents import docx, pdf
from tests.houses import Installation, make_installation


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Installation]:
    try:
        asyncio.run(backend(tmp_path / "probe").probe())
    except SandboxUnavailable as error:
        pytest.skip(str(error))
    made = make_installation(tmp_path / "home")
    with (made.home / "forgecrew.toml").open("a") as file:
        file.write('[model]\nkind = "recorded"\nurl = "file:///dev/null"\nname = "recorded"\n')
    yield made
    made.close()


def until(client: httpx.Client, name: str, *states: str) -> dict[str, Any]:
    deadline = time.monotonic() + 60
    found: list[dict[str, Any]] = []
    while time.monotonic() < deadline:
        found = client.get("/memory/documents", params={"repo": "acme/tally"}).raise_for_status().json()
        for one in found:
            if one["name"] == name and one["state"] in states:
                return one
        time.sleep(0.1)
    raise AssertionError(f"{name} is not {states}: {found}")


async def cited(house: Installation, words: str) -> list[str]:
    database = house.database()
    scope = Scope.of_repos(["acme/tally"])
    try:
        async with database.read() as connection:
            hits = await search_text(connection, scope, words)
            return [one.source_key for one in (await chunks.by_ids(connection, scope, [hit.chunk_id for hit in hits])).values()]
    finally:
        await database.close()


def found(house: Installation, words: str, want: list[str]) -> bool:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if asyncio.run(cited(house, words)) == want:
            return True
        time.sleep(0.1)
    return False


def test_documents_are_sent_read_found_and_forgotten(house: Installation, tmp_path: Path) -> None:
    house.serve()
    house.start("work")
    with house.client() as client:
        client.base_url = f"{house.url}/api"
        handbook = pdf(["Holidays.", "Refunds need the swordfish form."])
        files = [
            ("file", ("handbook.pdf", handbook)),
            ("file", ("rules.docx", docx([("Title", "Rules"), ("Other", "Be brief.")]))),
        ]
        sent = client.post("/memory/documents", files=files, data={"repo": "acme/tally"})
        assert sent.status_code == 202 and [one["kind"] for one in sent.json()] == ["pdf", "docx"]
        assert until(client, "handbook.pdf", "kept")["places"] == 2 and until(client, "rules.docx", "kept")
        assert found(house, "swordfish", ["acme/tally:document/handbook.pdf/p. 2"])

        cited_as = {"repo": "acme/tally", "name": "handbook.pdf"}
        assert client.get("/memory/documents/content", params=cited_as).raise_for_status().content == handbook
        assert client.get("/memory/documents/content", params=cited_as | {"name": "x"}).status_code == 404

        raw = {"repo": "acme/tally", "name": "scan.pdf"}
        assert client.post("/memory/documents", params=raw, content=pdf([""])).status_code == 202
        assert "it is a scan" in until(client, "scan.pdf", "refused")["problem"]

        again = client.post("/memory/documents", params=raw | {"name": "handbook.pdf"}, content=handbook).json()
        assert again[0]["state"] == "kept"
        gone = client.delete(f"/memory/documents/{again[0]['id']}").raise_for_status().json()
        assert gone["removed"]["chunk"] == 2 and not any(gone["left"].values())
        assert found(house, "swordfish", [])
        assert client.delete(f"/memory/documents/{again[0]['id']}").status_code == 404

        refused = client.post("/memory/documents", params=raw | {"name": "a.png"}, content=b"\x89PNG\r\n\0")
        assert refused.status_code == 409 and "pictures are not read" in refused.json()["detail"]
        assert client.post("/memory/documents", params={"name": "a.txt"}, content=b"x").status_code == 400
        with httpx.Client(base_url=f"{house.url}/api", trust_env=False) as stranger:
            assert stranger.get("/memory/documents").status_code == 401

    (tmp_path / "notes.md").write_text("# Deploy\nOn Tuesdays only.\n")
    added = house.run("memory", "add", str(tmp_path / "notes.md"), "--repo", "acme/tally", "--wait", "40")
    assert added.returncode == 0 and "kept" in added.stdout and "1 places" in added.stdout, added.stderr
    assert "rules.docx" in house.run("memory", "documents").stdout
    noted = house.run("memory", "note", "Use UTC", "--repo", "acme/tally", "--kind", "decision", "--expires", "2999-12-31")
    assert noted.returncode == 0, noted.stderr
    exported = house.run("memory", "export", "acme/tally").stdout
    assert ".forgecrew/memory/use-utc.md" in exported and "expires: 2999-12-31" in exported
    with house.client() as client:
        assert list(client.get("/api/memory/pages", params={"repo": "acme/tally"}).json()) == [".forgecrew/memory/use-utc.md"]
    missing = house.run("memory", "add", str(tmp_path / "none.md"), "--repo", "acme/tally")
    assert missing.returncode != 0 and "none.md" in missing.stderr
