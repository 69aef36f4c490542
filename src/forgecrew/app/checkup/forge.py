"""The forge: whether it answers, its version, each token with its rights, and the webhooks."""

import ipaddress
import re
from collections.abc import AsyncGenerator
from urllib.parse import urlsplit

from forgecrew.app.check_tokens import TokenState, check_tokens, check_write_tokens
from forgecrew.app.checkup.finding import Finding
from forgecrew.app.connect_forge import forge_as
from forgecrew.app.read_secrets import ReadSecrets
from forgecrew.app.settings import Settings
from forgecrew.core.errors import ConfigError, ForgecrewError, RefusedError
from forgecrew.core.role import Role
from forgecrew.core.subject import RepoRef

PART = "forge"
OLDEST = (1, 22)
AGAIN = "forgecrew init --admin-token …"


async def instance(settings: Settings, secrets: ReadSecrets) -> AsyncGenerator[Finding]:
    """Whether it answers, and whether it is new enough."""
    if not settings.forge.url:
        yield Finding(PART, "address", "fail", "forge.url is missing", f"set forge.url in {settings.file}")
        return
    forge = forge_as(settings, next(iter(secrets.tokens.values()), ""))
    try:
        found = await forge.capabilities()
    except ForgecrewError as error:
        yield Finding(PART, "answer", "fail", str(error), f"check forge.url in {settings.file} and that the forge runs")
        return
    finally:
        await forge.close()
    numbers = tuple(int(part) for part in re.findall(r"\d+", found.version)[:2])
    old = numbers < OLDEST and "forgejo" not in found.version.lower()
    fix = "update the forge: Gitea 1.22 is the oldest that is tested" if old else ""
    detail = f"{settings.forge.url} runs {found.version}"
    if found.operations:
        detail += f" and offers {len(found.operations)} operations"
    yield Finding(PART, "version", "warn" if old else "ok", detail, fix)


async def tokens(settings: Settings, secrets: ReadSecrets, roles: list[Role]) -> AsyncGenerator[Finding]:
    """Each account's two tokens: whose they are, and what the read token may see."""
    wanted = {role.account for role in roles}
    try:
        writes = await check_write_tokens(settings)
    except ConfigError as error:
        yield Finding(PART, "write tokens", "fail", str(error), AGAIN)
        writes = []
    reads = await check_tokens(settings, secrets.tokens)
    for kind, states in (("read token", reads), ("write token", writes)):
        for finding in _states(kind, states, wanted if states or kind == "read token" else set()):
            yield finding
    good = [state.account for state in reads if not state.problem]
    for role in (role for role in roles if role.account in good):
        async for finding in _sees(settings, secrets, role):
            yield finding


async def webhooks(settings: Settings, secrets: ReadSecrets, roles: list[Role]) -> AsyncGenerator[Finding]:
    """Whether the forge tells us news, as far as these tokens may see it."""
    url = f"{settings.public_url}/hooks/{settings.forge.kind}"
    token = next((secrets.tokens[role.account] for role in roles if role.account in secrets.tokens), "")
    forge = forge_as(settings, token)
    try:
        for repo in settings.forge.repos:
            try:
                present = [hook for hook in await forge.repositories.hooks(RepoRef.parse(repo)) if hook.url == url]
            except RefusedError:
                yield Finding(PART, "webhook", "ok", f"{repo}: only its administrators can see webhooks; polling works anyway")
                continue
            if not present:
                yield Finding(PART, "webhook", "warn", f"{repo} has no webhook to {url}", f"{AGAIN} --repo {repo}")
            elif not present[0].active:
                yield Finding(PART, "webhook", "warn", f"{repo}: the webhook is switched off", "switch it on in its settings")
            else:
                yield Finding(PART, "webhook", "ok", f"{repo} tells us news")
    except ForgecrewError as error:
        yield Finding(PART, "webhook", "warn", str(error))
    finally:
        await forge.close()
    host = urlsplit(settings.public_url).hostname or ""
    if _private(host):
        detail = f"our address {settings.public_url} is private: a Gitea refuses to call it unless told"
        yield Finding(PART, "webhook", "warn", detail, f"in Gitea's app.ini: [webhook] ALLOWED_HOST_LIST = {host}")


def _states(kind: str, states: list[TokenState], wanted: set[str]) -> list[Finding]:
    found: list[Finding] = []
    for state in (state for state in states if state.account in wanted):
        fix = "" if not state.problem else "wait until the forge answers" if state.later else AGAIN
        detail = f"{state.account}: {state.problem or 'valid'}"
        found.append(Finding(PART, kind, "fail" if state.problem else "ok", detail, fix))
    for account in sorted(wanted - {state.account for state in states}):
        found.append(Finding(PART, kind, "fail", f"{account} has none", AGAIN))
    return found


async def _sees(settings: Settings, secrets: ReadSecrets, role: Role) -> AsyncGenerator[Finding]:
    """What the account's read token may see, tried with one request per scope, and its rights in each repository."""
    forge = forge_as(settings, secrets.token(role.account))
    try:
        for scope, question in (
            ("read:issue", forge.issues.search(filter="assigned")),
            ("read:notification", forge.people.notifications()),
        ):
            try:
                await question
            except RefusedError as error:
                yield Finding(PART, "scopes", "fail", f"{role.account}'s read token lacks {scope}: {error}", AGAIN)
        for repo in settings.forge.repos:
            try:
                may = await forge.people.permission(RepoRef.parse(repo), role.account)
            except RefusedError as error:
                yield Finding(PART, "rights", "fail", f"{role.account} does not see {repo}: {error}", f"{AGAIN} --repo {repo}")
                continue
            fine = may in ("write", "admin", "owner")
            fix = "" if fine else f"add {role.account} to {repo} as a collaborator who may write"
            yield Finding(PART, "rights", "ok" if fine else "fail", f"{role.account} has {may} in {repo}", fix)
    except ForgecrewError as error:
        yield Finding(PART, "rights", "warn", str(error))
    finally:
        await forge.close()


def _private(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return host == "localhost" or "." not in host
