"""Handing a change over: commit inside the sandbox, bundle, push."""

from forgecrew.agents.checkout import Checkout
from forgecrew.agents.desk import Desk
from forgecrew.agents.issue_card import IssueCard
from forgecrew.agents.workspace import bundle, commit, diff
from forgecrew.core.json import Json
from forgecrew.ports.sandbox import Sandbox


def checkout_of(desk: Desk, card: IssueCard) -> Checkout:
    """Branch and author of this task's work."""
    branch = f"{desk.account}/issue-{card.number}-t{desk.task.id}"
    return Checkout(branch, card.base_sha, card.base_sha, desk.account, card.email)


async def push(desk: Desk, sandbox: Sandbox, checkout: Checkout, text: str, expected_sha: str | None) -> str:
    """Commit, hand over and push the branch; gives the new head."""

    async def seal() -> dict[str, str]:
        head = await commit(sandbox, checkout.branch, text)
        content = await bundle(sandbox, checkout.branch)
        return {"head_sha": head, "bundle_sha256": await desk.outbox.keep_bytes(content)}

    sealed = await desk.journal.step("commit", seal, timeout_seconds=300)
    arguments = {"branch": checkout.branch, "base": checkout.base_sha, "expected_sha": expected_sha, **sealed}
    await desk.write("push_branch", arguments, key=f"push:{sealed['head_sha']}")
    return sealed["head_sha"]


async def kept_diff(desk: Desk, sandbox: Sandbox) -> str:
    """What the run has changed so far, kept for the pages too."""

    async def patch() -> str:
        text = await diff(sandbox)
        await desk.step_log.diff(desk.run_id, text)
        return text

    return await desk.read("diff", patch)


def state_of(desk: Desk, card: IssueCard, checkout: Checkout, head: str) -> Json:
    """What later runs of the task need to know of an open pull request."""
    return {
        "branch": checkout.branch, "base_sha": card.base_sha, "head_sha": head, "issue": card.number, "rounds": 0,
        "plan": desk.plan,
    }  # fmt: skip
