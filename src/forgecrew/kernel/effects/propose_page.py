"""Propose a page of memory: one new file on a branch of its own and a pull request; it counts when a person merges it."""

import re

from forgecrew.core.errors import RefusedError
from forgecrew.core.json import Json
from forgecrew.core.pull_request import PullRequest
from forgecrew.guard.calls import closes_only
from forgecrew.kernel.effects.context import EffectContext
from forgecrew.memory.pages.page import Page, day, end_of, read_page, write_page

OPEN_MAX = 3
"""Of one agent in one repository."""
LOOKED_AT = 20
_PATH = re.compile(r"\.forgecrew/memory/(?P<name>[a-z0-9-]{1,60})\.md")
_BODY = """{agent} learnt this in #{number} and proposes to remember it as a {kind} (`{path}`).

Merge it and it counts for all later work until {expires}; edit the file first where it is not right.
Close it and it is not proposed again.

{text}"""


async def execute(context: EffectContext, arguments: Json) -> Json:
    """{path, title, body, kind, source, date, expires} → {number, html_url}.

    This is the only way for an agent to write below `.forgecrew`: a new page, never a file that is there, never into a branch
    that people go by.
    """
    path, title = str(arguments["path"]), closes_only(str(arguments["title"]), 0)
    named = _PATH.fullmatch(path)
    if named is None:
        raise RefusedError(f"{path} is no place for a page of memory")
    content = _content(arguments)
    repo = await context.forge.repositories.repo(context.repo)
    base, branch = repo.default_branch, f"forgecrew/memory/{named['name']}"

    async def opened() -> PullRequest | None:
        return await context.forge.pulls.find_pull(context.repo, head=branch, base=base)

    found = await context.look(opened)
    if found is None:
        await _write(context, path, content, base=base, branch=branch)
        text = _BODY.format(
            agent=context.intent.agent, number=context.number, kind=arguments["kind"], path=path, expires=arguments["expires"],
            text=closes_only(str(arguments["body"]), 0),
        )  # fmt: skip
        try:
            found = await context.forge.pulls.open_pull(
                context.repo, head=branch, base=base, title=f"Remember: {title}", body=text
            )  # fmt: skip
        except RefusedError:  # perhaps because an earlier try, of which we never heard the end, came through a moment ago
            found = await opened()
            if found is None:
                raise
    return {"number": found.number, "html_url": found.html_url}


def _content(arguments: Json) -> bytes:
    kind, expires = str(arguments["kind"]), str(arguments["expires"])
    source = " ".join(str(arguments["source"]).split())
    text = write_page(
        Page(kind, str(arguments["body"]).strip(), source, day("date", str(arguments["date"])), end_of("expires", expires))
    )
    if kind not in ("decision", "lesson") or (page := read_page(text)).problem or page.kind != kind:
        raise RefusedError("what was proposed would not be read as a decision or lesson")
    return text.encode()


async def _write(context: EffectContext, path: str, content: bytes, *, base: str, branch: str) -> None:
    files = context.forge.repositories
    if await files.file(context.repo, path, at=base) is not None:
        raise RefusedError(f"there is a page {path} already: a person may edit it")
    if await files.branch_sha(context.repo, branch) is None:
        done = (await context.done_before("propose_page"))[-LOOKED_AT:]
        numbers = [int(number) for one in done if (number := (one.result or {}).get("number"))]
        pulls = [await context.forge.pulls.pull(context.repo, number) for number in numbers]
        if sum(one.state == "open" for one in pulls) >= OPEN_MAX:
            raise RefusedError(f"{OPEN_MAX} pages of {context.intent.agent} wait for people already")
        await files.add_file(context.repo, path, content, base=base, branch=branch, message="Propose a page of memory")
    if await files.file(context.repo, path, at=branch) != content:
        raise RefusedError(f"the branch {branch} holds something else: it is not ours")
