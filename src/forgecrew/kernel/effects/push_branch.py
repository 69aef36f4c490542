"""Push commits that came out of a sandbox to a branch of the agent's own."""

from forgecrew.core.change import Change
from forgecrew.core.errors import RefusedError, WorldError
from forgecrew.core.json import Json
from forgecrew.guard.calls import closed_by
from forgecrew.guard.paths import forbidden
from forgecrew.kernel.effects.context import EffectContext


async def execute(context: EffectContext, arguments: Json) -> Json:
    """{branch, base, head_sha, expected_sha or null, bundle_sha256} → {paths, head_sha}.

    What is judged is the change against the default branch, whatever `base` says.
    """
    branch, head_sha = str(arguments["branch"]), str(arguments["head_sha"])
    expected_sha: str | None = arguments.get("expected_sha")
    repo = await context.forge.repositories.repo(context.repo)
    if branch in (repo.default_branch, arguments.get("base")):
        raise RefusedError(f"agents do not push to {branch}: that is what people review against")
    if expected_sha is not None and branch not in await _own_branches(context):
        raise RefusedError(f"the branch {branch} is not {context.intent.agent}'s own: another account made it")
    bundle = await context.read_bytes(str(arguments["bundle_sha256"]))
    who = {"login": context.intent.agent, "token": context.token}
    change = await context.push.inspect(
        context.repo, repo.clone_url, bundle, head_sha=head_sha, base=repo.default_branch,
        follows=str(arguments.get("base") or ""), **who,
    )  # fmt: skip
    await _check(context, change)
    try:
        await context.push.push(
            context.repo, repo.clone_url, bundle, branch=branch, head_sha=head_sha, expected_sha=expected_sha, **who
        )
    except RefusedError:  # perhaps because an earlier try, of which we never heard the end, came through a moment ago
        if await context.forge.repositories.branch_sha(context.repo, branch) != head_sha:
            raise
    there = await context.forge.repositories.branch_sha(context.repo, branch)
    if there != head_sha:
        raise WorldError(f"{branch} was pushed, but the forge shows it at {there or 'nothing'}")
    return {"paths": list(change.paths), "head_sha": head_sha}


async def _check(context: EffectContext, change: Change) -> None:
    """Raises RefusedError for what a person must do, commits in another's name, and messages that close other issues."""
    if refused := forbidden(dict.fromkeys((*change.paths, *change.touched))):
        raise RefusedError(f"only a person may change {', '.join(refused[:5])}: it decides what runs or who decides")
    own = (await context.forge.people.me()).email.lower()
    if others := [email for email in change.emails if email.lower() != own]:
        raise RefusedError(f"commits in the name of {', '.join(others[:5])}: agents commit in their own name only")
    number = context.number if context.intent.subject.kind == "issue" else 0
    if closed := [what for message in change.messages for what in closed_by(message, number)]:
        raise RefusedError(f"a commit's message would close {', '.join(closed[:5])}, which is not what this task is about")


async def _own_branches(context: EffectContext) -> set[str]:
    return {str(done.intent.arguments.get("branch")) for done in await context.done_before("push_branch")}
