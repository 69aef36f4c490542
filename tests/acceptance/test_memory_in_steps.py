"""What memory brings into steps by itself: where the code of an issue is, and which earlier issue is like it."""

import asyncio
import json
import re
import secrets
from pathlib import Path
from typing import Any

from forgecrew.core.subject import RepoRef
from tests.crews import Crew, competent, make_crew
from tests.forges import LiveForge

LEDGER = '''"""The ledger of a tally."""


class Ledger:
    """Keeps florins and quibbles."""

    def total_of_quibbles(self, quibbles: list[int]) -> int:
        """The total of some quibbles, in florins."""
        return sum(quibbles[1:])
'''
TITLE = "The total of quibbles in the ledger loses the first quibble"
BODY = """Two quibbles give the florins of one: `total_of_quibbles` of the ledger loses the first quibble.

```
Traceback (most recent call last):
  File "tally/ledger.py", line 9, in total_of_quibbles
  File "tally/close.py", line 3, in close_ledger
UnbalancedError: florins and quibbles differ
```
"""


def files() -> dict[str, str]:
    parts = {f"tally/part{n}.py": f"def weigh{n}(goods):\n    return goods * {n}\n" for n in range(12)}
    return {"tally/ledger.py": LEDGER, "sums/add.py": "def add(a, b):\n    return a - b\n", **parts}


def with_triager(crew: Crew, forge: LiveForge) -> None:
    """The triager at work too, comparing pairs."""
    file = crew.house.home / "forgecrew.toml"
    name = f'account = "tess-{secrets.token_hex(3)}"'
    file.write_text(file.read_text().replace("[crew.triager]\nenabled = false", f"[crew.triager]\n{name}\n"))
    done = crew.house.run("init", FORGECREW_ADMIN_TOKEN=forge.admin_token)
    assert done.returncode == 0, done.stderr


def said_of_pairs(stage: str, body: dict[str, Any]) -> str:
    """A model that triages, and takes two reports for the same when both lose a quibble."""
    shown = "\n".join(message["content"] for message in body["messages"])
    if stage == "Triage":
        return '{"kind": "bug", "readiness": "ready", "labels": [], "questions": [], "reason": "clear"}'
    if stage == "Pair":
        older = shown[shown.index("<older") : shown.index("</older>")]
        same = "loses the first quibble" in older
        return json.dumps({"verdict": "same" if same else "different", "reason": "@all both lose a quibble, fixes #1."})
    return competent(stage, body)


def prompts(crew: Crew) -> list[str]:
    return ["\n".join(message["content"] for message in body["messages"]) for body in list(crew.model.model.requests)]


def comments_of(crew: Crew, number: int) -> list[str]:
    found = crew._api("GET", f"/issues/{number}/comments")  # pyright: ignore[reportPrivateUsage]
    return [str(one["body"]) for one in found]


def test_a_step_is_told_where_the_code_is_and_an_issue_that_it_was_reported_before(
    live_forge: LiveForge, tmp_path: Path
) -> None:
    owner = asyncio.run(live_forge.account("owner"))
    repo: RepoRef = asyncio.run(live_forge.repository(owner, files=files()))
    crew = make_crew(live_forge, tmp_path, settings="[memory]\njudge_related = true\n", repo=repo)
    crew.owner = owner
    try:
        with_triager(crew, live_forge)
        crew.model.by_word[""] = said_of_pairs
        indexed = crew.house.run("memory", "index", str(repo), "--json")
        assert indexed.returncode == 0, indexed.stderr
        crew.start()
        first = crew.issue(TITLE, BODY)
        cited = crew.wait(
            lambda: [line for one in prompts(crew) for line in one.splitlines() if "] code tally/ledger.py:" in line]
        )
        commit = re.search(r"/src/commit/([0-9a-f]{12})/tally/ledger.py#L7-L9>", cited[0])
        assert (
            commit and "Ledger.total_of_quibbles: def total_of_quibbles(self, quibbles: list[int]) -> int (merged)" in cited[0]
        )
        assert re.match(r"\[m:s\d+x\d+\] ", cited[0])
        crew.wait_draft(first)
        assert crew.rows("SELECT 1 FROM recall_log WHERE picked LIKE '%\"s%x%'"), "and it is logged"
        assert not [one for one in prompts(crew) if "Two reports of one project" in one], "nothing is older: no pair is asked"

        crew.wait(lambda: crew.rows("SELECT 1 FROM chunk WHERE kind = 'issue'"))
        other = crew.issue("Print preview stays empty on the second page", "Only in landscape.", assigned=False)
        again = crew.issue(f"{TITLE} again", f"Seen once more.\n\n{BODY}", assigned=False)
        crew.wait(lambda: [one for one in comments_of(crew, again) if f"may be the same as #{first}" in one])
        (told,) = [one for one in comments_of(crew, again) if "may be" in one]
        assert "because: all both lose a quibble, fixes 1." in told and "@" not in told
        triaged = "SELECT 1 FROM task WHERE role = 'triager' AND state = 'ended' AND subject_number = ?"
        crew.wait(lambda: crew.rows(triaged, other))
        assert not [one for one in comments_of(crew, other) if "may be" in one]
        issue = crew._api("GET", f"/issues/{again}")  # pyright: ignore[reportPrivateUsage]
        assert issue["state"] == "open", "nothing is closed"
    finally:
        crew.close()
