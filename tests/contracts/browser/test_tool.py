"""The tool `browse`, with a real browser: flat commands, one page shown, pictures kept."""

import hashlib

from forgecrew.core.action import Action
from forgecrew.integrations.chromium.browser import browsers
from forgecrew.tools import browse

from .conftest import APP, Desk


async def test_an_agent_serves_opens_clicks_and_keeps_a_picture(desk: Desk) -> None:
    kept: list[bytes] = []

    async def keep(content: bytes) -> str:
        kept.append(content)
        return hashlib.sha256(content).hexdigest()

    await desk.sandbox.write("app.py", APP.read_bytes())
    tool = browse.tool(browsers(desk.setup), keep)

    async def does(body: str) -> str:
        return (await tool.run(desk.sandbox, Action("browse", "", body))).text

    assert (await does("click 1")) == "click 1: No page is open. Begin with open <address>."
    assert (await does("serve python3 -u app.py")) == "serving: python3 -u app.py"
    while "Tally" not in (seen := await does("open http://localhost:8000/")):
        assert "not reached" in seen, seen
    assert "[1] link" in seen
    assert "console error: something 12" in seen
    assert "refused: other.example.org:80" in seen
    seen = await does('fill 2 "Ada"\nclick [5]\nscreenshot\nwait "saved Ada"')
    assert "saved Ada c false" in seen
    assert f"screenshot kept: {hashlib.sha256(kept[0]).hexdigest()}" in seen
    assert kept[0].startswith(b"\x89PNG")
    refused = await tool.run(desk.sandbox, Action("browse", "", "click 99\nclick 1"))
    assert (refused.ok, refused.text) == (
        False,
        "click 99: There is no [99] on the page now. Read it again: numbers change with it.",
    )
    assert "Write one command a line" in await does("jump 3")
    await tool._end(desk.sandbox.spec.id)
    assert "No page is open" in await does("read")
