"""What every forge must do with wikis: pages listed with their versions, read, edited and removed."""

import base64

import httpx

from forgecrew.core.subject import RepoRef
from forgecrew.integrations.gitea.history import connect
from tests.forges import Account, LiveForge, Team


async def write(
    forge: LiveForge, who: Account, repo: RepoRef, method: str, path: str, title: str = "", text: str = ""
) -> None:  # fmt: skip
    """Change a wiki as a person's client does."""
    body = {"title": title, "content_base64": base64.b64encode(text.encode()).decode(), "message": "change"}
    headers = {"Authorization": f"token {who.token}"}
    async with httpx.AsyncClient(headers=headers, trust_env=False, timeout=30) as client:
        answer = await client.request(method, f"{forge.url}/api/v1/repos/{repo}/wiki/{path}", json=body)
        assert answer.status_code < 300, answer.text


async def test_pages_of_a_wiki(team: Team) -> None:
    history = connect(team.forge.url, team.agent.token)
    try:
        assert await history.wiki(team.repo) == []
        await write(team.forge, team.owner, team.repo, "POST", "new", "House rules", "# Größe\n\nBe kind.")
        await write(team.forge, team.owner, team.repo, "POST", "new", "Home", "Hello.")
        home, rules = sorted(await history.wiki(team.repo), key=lambda head: head.title)
        assert (home.title, rules.title) == ("Home", "House rules") and home.version and rules.version
        page = await history.wiki_page(team.repo, rules)
        assert (page.kind, page.path, page.text) == ("wiki", "House rules", "# Größe\n\nBe kind.") and page.at
        await write(team.forge, team.owner, team.repo, "PATCH", f"page/{rules.name}", "House rules", "Be very kind.")
        changed = {head.title: head for head in await history.wiki(team.repo)}
        assert changed["House rules"].version != rules.version and changed["Home"].version == home.version
        assert (await history.wiki_page(team.repo, changed["House rules"])).text == "Be very kind."
        await write(team.forge, team.owner, team.repo, "DELETE", f"page/{rules.name}")
        assert [head.title for head in await history.wiki(team.repo)] == ["Home"]
        assert [page.text for page in await history.pages(team.repo)] == ["Hello."]
        odd = ["a/b", "How-to install", "plus+one 100%", "名前"]
        for title in odd:
            await write(team.forge, team.owner, team.repo, "POST", "new", title, f"About {title}.")
        pages = {page.path: page.text for page in await history.pages(team.repo)}
        assert {title: pages.get(title) for title in odd} == {title: f"About {title}." for title in odd}
    finally:
        await history.close()
