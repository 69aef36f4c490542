"""Files that people attach on a real Gitea, until they wait to be read for memory."""

import httpx
import pytest

from forgecrew.core.errors import RefusedError
from forgecrew.kernel.attachment_reading import AttachmentReading
from forgecrew.store.database import Database
from forgecrew.store.tables.document import document
from tests.documents import pdf
from tests.forges import LiveForge
from tests.unit.memory.telling import remember, rows, told

pytestmark = pytest.mark.live


async def test_attachments_are_fetched_once_and_only_by_who_may(live_forge: LiveForge, sqlite_database: Database) -> None:
    owner, stranger = await live_forge.account("owner"), await live_forge.account("stranger")
    repo = await live_forge.repository(owner, private=True)
    api = f"{live_forge.url}/api/v1/repos/{repo}"
    handbook = pdf(["Refunds need the swordfish form."])
    async with httpx.AsyncClient(headers={"Authorization": f"token {owner.token}"}, trust_env=False) as client:
        issue = (await client.post(f"{api}/issues", json={"title": "Rules", "body": "x"})).json()
        url = f"{api}/issues/{issue['number']}"
        comment = (await client.post(f"{url}/comments", json={"body": "see"})).json()
        sent = await client.post(f"{url}/assets", files={"attachment": ("handbook.pdf", handbook)})
        assert sent.status_code == 201, sent.text
        uuid = sent.json()["uuid"]
        where = f"{api}/issues/comments/{comment['id']}/assets"
        note = (await client.post(where, files={"attachment": ("notes.txt", b"Be brief.")})).json()["uuid"]
    forges = {"stranger": live_forge.connect(stranger), "owner": live_forge.connect(owner)}
    try:
        mine = forges["owner"].attachments
        (first,) = await mine.of(repo, issue["number"])
        assert (first.id, first.name, first.bytes) == (uuid, "handbook.pdf", len(handbook))
        assert await mine.content(first, bytes_max=1 << 20) == handbook
        with pytest.raises(RefusedError):
            await mine.content(first, bytes_max=10)
        theirs = forges["stranger"].attachments
        with pytest.raises(RefusedError):
            await theirs.of(repo, issue["number"])
        with pytest.raises(RefusedError):
            await theirs.content(first, bytes_max=1 << 20)

        readers = f"repo:{repo}"
        body = f"[handbook.pdf](/attachments/{uuid})"
        shown = {"title": "Rules", "body": body, "author": owner.login, "state": "open", "labels": [], "assignees": []}
        about = {"number": issue["number"], "repo": repo, "readers": readers}
        said = {"id": comment["id"], "body": f"[notes.txt](/attachments/{note})", "author": owner.login}
        log = [
            told("issue.opened", **about, **shown),
            told("issue.commented", minutes=1, actor=owner.login, comment=said, **about, **shown),
        ]
        await remember(sqlite_database, log)
        reading = AttachmentReading(sqlite_database, {login: forge.attachments for login, forge in forges.items()})
        for _ in range(2):
            while await reading.round():
                continue
        found = await rows(sqlite_database, document)
        assert {(row.name, row.kind, row.state) for row in found} == {
            ("handbook.pdf", "pdf", "waiting"), ("notes.txt", "text", "waiting"),
        }  # fmt: skip
        assert {(row.label, row.sent_by) for row in found} == {(f"stranger/{readers}", owner.login)}
        assert {row.source for row in found} == {f"{live_forge.url}/attachments/{one}" for one in (uuid, note)}
    finally:
        for forge in forges.values():
            await forge.close()
