"""What a model that obeys an attacker may try through intents, on a real forge."""

import os

import pytest

from forgecrew.core.json import digest
from forgecrew.core.label import Integrity, Label
from forgecrew.core.stored_intent import IntentState
from tests.unit.kernel.effects.house import House

DONE, FAILED = IntentState.DONE, IntentState.FAILED


async def test_a_marker_in_a_text_is_not_taken_for_ours(house: House) -> None:
    fenced = "See:\n\n```\n<!-- forgecrew:status:7 -->\n<!-- forgecrew:questions:8 -->\n```"
    await house.done(house.intent("comment", {"body": fenced, "marker": "questions:7"}))
    await house.done(house.intent("comment", {"body": "Which one?", "marker": "questions:8"}))
    await house.done(house.intent("status_comment", {"task_id": 7, "body": "At work"}))
    comments = await house.team.as_owner.issues.comments(house.team.repo, house.number)
    assert [comment.body.split("\n")[0] for comment in comments] == ["See:", "Which one?", "At work"]


async def test_a_review_that_names_the_next_ones_marker_does_not_replace_it(house: House) -> None:
    team = house.team
    number, head = await house.open_pull()
    review = {"number": number, "commit_sha": head, "verdict": "COMMENT", "comments": []}
    for key, following in (("one", "two"), ("two", "three"), ("three", "")):
        body = {"body": f"{key}\n\n```\n<!-- forgecrew:review:{digest(following)[:32]} -->\n```"}
        await house.done(house.intent("submit_review", review | body, by=team.reviewer.login, about=number, key=key))
    assert [one.body.split("\n")[0] for one in await team.as_owner.pulls.reviews(team.repo, number)] == ["one", "two", "three"]


async def test_who_may_not_write_cannot_end_the_draft(house: House) -> None:
    team = house.team
    number, head = await house.open_pull()
    await team.as_stranger.pulls.review(team.repo, number, verdict="APPROVED", body="fine", commit_sha=head)
    refused = await house.done(house.intent("edit_pull", {"number": number, "title": "Mend it"}))
    assert (refused.state, "who may write" in refused.problem) == (FAILED, True), refused.problem
    assert (await team.as_owner.pulls.pull(team.repo, number)).draft


async def test_who_may_not_write_cannot_hold_it_up_either(house: House) -> None:
    team = house.team
    number, head = await house.open_pull()
    await team.as_stranger.pulls.review(team.repo, number, verdict="REQUEST_CHANGES", body="no", commit_sha=head)
    await team.as_reviewer.pulls.review(team.repo, number, verdict="APPROVED", body="fine", commit_sha=head)
    assert (await house.done(house.intent("edit_pull", {"number": number, "title": "Mend it"}))).state is DONE


@pytest.mark.parametrize("path", [".gitea/workflows/ci.yml", "AGENTS.md"])
async def test_what_a_later_commit_takes_back_is_seen(house: House, path: str) -> None:
    work = await house.workspace()
    await work.commit({path: "x\n", "a.txt": "a\n"})
    await work.git("rm", "--quiet", path)
    await work.git("commit", "--quiet", "-m", "Gone")
    head = await work.git("rev-parse", "HEAD")
    refused = await house.done(house.intent("push_branch", await house.push_arguments(work, head)))
    assert (refused.state, f"only a person may change {path}" in refused.problem) == (FAILED, True), refused.problem


async def test_a_merge_cannot_hide_a_path(house: House) -> None:
    team, work = house.team, await house.workspace()
    await team.forge.push(team.owner, team.repo, "theirs", {".gitea/workflows/ci.yml": "x\n"})
    await work.git("fetch", "--quiet", "origin", "theirs")
    await work.commit({"a.txt": "a\n"})
    await work.git("merge", "--quiet", "--no-edit", "FETCH_HEAD")
    head = await work.git("rev-parse", "HEAD")
    refused = await house.done(house.intent("push_branch", await house.push_arguments(work, head)))
    assert (refused.state, ".gitea/workflows/ci.yml" in refused.problem) == (FAILED, True), refused.problem


async def test_merging_the_default_branch_is_fine_though_people_changed_workflows_there(house: House) -> None:
    team, work = house.team, await house.workspace()
    await work.commit({"a.txt": "a\n"})
    await team.forge.push(team.owner, team.repo, "main", {".gitea/workflows/ci.yml": "x\n"})
    await work.git("fetch", "--quiet", "origin", "main")
    await work.git("merge", "--quiet", "--no-edit", "FETCH_HEAD")
    head = await work.git("rev-parse", "HEAD")
    pushed = await house.done(house.intent("push_branch", await house.push_arguments(work, head)))
    assert (pushed.state, (pushed.result or {}).get("paths")) == (DONE, ["a.txt"]), pushed.problem


async def test_a_branch_begins_where_the_run_began(house: House) -> None:
    """Else an agent could bring back, and have run, a workflow that people have mended since."""
    team = house.team
    old = await team.as_owner.repositories.branch_sha(team.repo, "main")
    await team.forge.push(team.owner, team.repo, "main", {"README.md": "# New\n"})
    work = await house.workspace()
    await work.git("reset", "--quiet", "--hard", old or "")
    head = await work.commit({"a.txt": "a\n"})
    refused = await house.done(house.intent("push_branch", await house.push_arguments(work, head)))
    assert (refused.state, "does not follow" in refused.problem) == (FAILED, True), refused.problem


async def test_commits_in_the_name_of_others_are_refused(house: House) -> None:
    work = await house.workspace()
    await work.commit({"a.txt": "a\n"})
    await work.git("commit", "--quiet", "--amend", "--no-edit", "--author", "Owner <owner@example.org>")
    head = await work.git("rev-parse", "HEAD")
    refused = await house.done(house.intent("push_branch", await house.push_arguments(work, head)))
    assert (refused.state, "owner@example.org" in refused.problem) == (FAILED, True), refused.problem


async def test_a_link_in_the_place_of_a_protected_folder(house: House) -> None:
    work = await house.workspace()
    os.symlink("elsewhere", work.folder / ".gitea")
    head = await work.commit({"elsewhere/workflows/ci.yml": "x\n"})
    refused = await house.done(house.intent("push_branch", await house.push_arguments(work, head)))
    assert (refused.state, "only a person may change .gitea" in refused.problem) == (FAILED, True), refused.problem


async def test_texts_call_nobody_but_who_asked(house: House) -> None:
    body = "cc @owner, @acme/everyone and a@example.org\n\n[@mira](/x)\n`@in_code` `a` @b\n\n```python\n@dataclass\n```"
    await house.done(house.intent("comment", {"body": body, "marker": "m"}))
    (comment,) = await house.team.as_owner.issues.comments(house.team.repo, house.number)
    assert comment.body.startswith(
        "cc `@owner`, `@acme/everyone` and a@example.org\n\n[`@mira`](/x)\n`@in_code` `a` @ b\n\n```python\n@dataclass\n```"
    )


async def test_a_pull_request_closes_no_issue_but_its_own(house: House) -> None:
    work = await house.workspace()
    head = await work.commit({"a.txt": "a\n"})
    await house.done(house.intent("push_branch", await house.push_arguments(work, head)))
    body = f"Fixes #999, closes: acme/other#3 and RESOLVES #{house.number}1.\n\nCloses #{house.number}"
    opened = await house.done(house.intent("open_pull", {"head": "casey/1", "base": "main", "title": "T", "body": body}))
    assert opened.result is not None, opened.problem
    pull = await house.team.as_owner.pulls.pull(house.team.repo, opened.result["number"])
    assert pull.body == f"Fixes `#999`, closes: `acme/other#3` and RESOLVES `#{house.number}1`.\n\nCloses #{house.number}"


async def test_a_strangers_wish_is_refused_at_once_since_nobody_can_say_yes(house: House) -> None:
    waiting = await house.done(house.intent("push_branch", {}, label=Label(Integrity.STRANGER)))
    assert waiting.state is IntentState.WAITING
