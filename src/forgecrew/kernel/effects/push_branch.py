"""Push commits that came out of a sandbox to a branch of the agent's own."""

from forgecrew.core.errors import RefusedError, WorldError
from forgecrew.core.json import Json
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
    paths = await context.push.changed_paths(
        context.repo, repo.clone_url, bundle, head_sha=head_sha, base=repo.default_branch, **who
    )
    if refused := forbidden(paths):
        raise RefusedError(f"only a person may change {', '.join(refused[:5])}: it decides what runs or who decides")
    await context.push.push(
        context.repo, repo.clone_url, bundle, branch=branch, head_sha=head_sha, expected_sha=expected_sha, **who
    )
    there = await context.forge.repositories.branch_sha(context.repo, branch)
    if there != head_sha:
        raise WorldError(f"{branch} was pushed, but the forge shows it at {there or 'nothing'}")
    return {"paths": paths, "head_sha": head_sha}


async def _own_branches(context: EffectContext) -> set[str]:
    return {str(done.intent.arguments.get("branch")) for done in await context.done_before("push_branch")}
