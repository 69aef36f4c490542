"""The tools of a shipped role: a coder's run calls each of them, by a model that is written here."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.chromium import PROGRAM
from tests.crews import competent, make_crew
from tests.forges import LiveForge

pytestmark = pytest.mark.skipif(shutil.which("bwrap") is None, reason="bubblewrap is not installed: no sandbox can be made")

CALLS = {
    "run": "```run python\nprint(6 * 7)\n```",
    "browse": "```browse\nopen sums/add.py\n```",
    "recall": "```recall toolcheck\n```",
    "related": "```related #1\n```",
    "similar": "```similar #1\n```",
    "remember": "```remember decision\nSums are checked by hand in this repository.\n```",
    "edit": "```edit sums/add.py\n<<<<<<< SEARCH\n    return a - b\n=======\n    return a + b\n>>>>>>> REPLACE\n```",
    "write": "```write NOTES.md\nSums add.\n```",
    "sh": "```sh\nrm NOTES.md; grep -c 'a + b' sums/add.py\n```",
}


def test_a_coder_calls_each_of_its_tools(practice_forge: LiveForge, tmp_path: Path) -> None:
    left = list(CALLS.values())
    prompts: list[str] = []

    def calls(stage: str, body: dict[str, Any]) -> str:
        prompts.append("\n".join(message["content"] for message in body["messages"]))
        return left.pop(0) if stage == "edit" and left else competent("verify" if stage == "edit" else stage, body)

    crew = make_crew(practice_forge, tmp_path / "home")
    try:
        crew.model.by_word["toolcheck"] = calls
        crew.start()
        number = crew.issue("The sum is wrong: toolcheck")
        crew.wait(lambda: crew.state(number)[:2] == ("waiting", "changed"), 240)
        steps = dict(crew.rows("SELECT kind, observation FROM step WHERE stage = 'edit' AND kind != 'act' ORDER BY number"))
        usage = crew.rows("SELECT max(prompt_tokens) FROM step")
        pages = crew.wait(lambda: [one for one in crew.pulls() if one["title"].startswith("Remember:")])
    finally:
        crew.close()
    assert steps.keys() >= set(CALLS), (steps, left)
    assert "42" in steps["run"] and steps["edit"] and "1" in steps["sh"]
    assert "a - b" in steps["browse"] if PROGRAM else "browser" in steps["browse"], steps["browse"]
    for kind in ("recall", "related", "similar"):
        assert re.search(r"\[m:\w+\]|Memory holds nothing|#\d", steps[kind]), (kind, steps[kind])
    assert "Kept." in steps["remember"] and "proposed to people" in steps["remember"]
    assert [(page["state"], page["head"]["ref"]) for page in pages] == [
        ("open", "forgecrew/memory/sums-are-checked-by-hand-in-this-repository")
    ]
    shown = next(prompt for prompt in prompts if "Stage: change the code" in prompt)
    assert [kind for kind in CALLS if f"```{kind}" not in shown] == [], "each is told in a window of 4K"
    assert usage[0][0] <= 3120
