from pathlib import Path

from forgecrew.app.checkup.pages import pages
from forgecrew.app.load_settings import load_settings
from forgecrew.core.event import Event
from forgecrew.core.moment import utc_now
from forgecrew.core.subject import Subject
from forgecrew.memory.documents.sending import Sent, send
from forgecrew.store.database import Database
from forgecrew.store.migrate import upgrade
from forgecrew.store.queries import document_reading
from tests.houses import make_installation
from tests.unit.memory.telling import REPO, remember


async def test_wrong_front_matter_and_refused_documents_are_told(tmp_path: Path) -> None:
    house = make_installation(tmp_path / "home")
    settings = load_settings(house.home)
    assert [one async for one in pages(settings)] == [] and not (house.home / "forgecrew.sqlite").exists()
    await upgrade(settings.database_url)
    assert [one async for one in pages(settings)] == []
    database = Database(settings.database_url)
    text = "---\nkind: rule\n---\nBe kind.\n"
    payload = {"what": "document", "document": {"kind": "doc", "path": ".forgecrew/memory/rule.md", "text": text}}
    await remember(database, [Event("gitea", "other", "a", "", Subject(REPO, "repo"), utc_now(), payload)])
    async with database.write() as connection:
        made = await send(connection, str(REPO), "scan.pdf", b"%PDF-1.4", Sent(), now=utc_now())
        await document_reading.settle(connection, made, "refused", now=utc_now(), problem="scan.pdf is a scan")
    await database.close()
    page, document = [one async for one in pages(settings)]
    assert "rule.md is kept as plain text: its kind is 'rule'" in page.detail
    assert document.detail == "acme/tally: scan.pdf is a scan" and made.id in document.fix
