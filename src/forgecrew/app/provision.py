"""Preparing a forge for the crew with an administrator's token: accounts, tokens, rights, webhook; whatever is there stays."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from forgecrew.app.settings import Settings
from forgecrew.core.errors import RefusedError
from forgecrew.core.role import Role
from forgecrew.core.subject import RepoRef
from forgecrew.ports.forge import Forge

EVENTS = (
    "issues", "issue_assign", "issue_label", "issue_comment", "pull_request", "pull_request_assign", "pull_request_comment",
    "pull_request_review", "pull_request_sync", "pull_request_review_request", "issue_milestone", "push", "create", "delete",
    "release",
)  # fmt: skip
READ_TOKEN, WRITE_TOKEN = "forgecrew-read", "forgecrew-write"


@dataclass(slots=True)
class Provision:
    """One go at preparing a forge. `say` tells what was done; tokens that were made stand in `read` and `write`."""

    forge: Forge
    settings: Settings
    admin_token: str = field(repr=False)
    say: Callable[[str], None]
    read: dict[str, str] = field(default_factory=dict[str, str], repr=False)
    write: dict[str, str] = field(default_factory=dict[str, str], repr=False)

    async def account(self, role: Role, *, needs_read: bool, needs_write: bool) -> None:
        """The account of a role with the tokens that it lacks."""
        password = secrets.token_urlsafe(24)
        host = urlsplit(self.settings.forge.url).hostname or "localhost"
        domain = host if "." in host and not host.replace(".", "").isdigit() else "forgecrew.invalid"
        name = f"{role.account.title()} (forgecrew {role.name})"
        person = await self.forge.people.create_account(
            role.account, full_name=name, email=f"{role.account.lower()}@{domain}", password=password
        )
        if needs_read:
            scopes = [f"read:{scope.partition(':')[2]}" for scope in role.scopes]
            self.read[role.account] = await self._token(role.account, password, READ_TOKEN, sorted(set(scopes)))
        if needs_write:
            self.write[role.account] = await self._token(role.account, password, WRITE_TOKEN, role.scopes)
        made = " and ".join(word for word, needed in (("read", needs_read), ("write", needs_write)) if needed)
        self.say(f"{person.login} ({role.name}) has its account{f', {made} token made' if made else ''}")

    async def repository(self, ref: RepoRef, roles: Sequence[Role], *, secret: str, fresh_secret: bool) -> None:
        """Rights of the crew and the webhook of one repository."""
        await self.forge.repositories.repo(ref)
        for role in roles:
            if await self.forge.people.permission(ref, role.account) not in ("write", "admin", "owner"):
                await self.forge.people.add_collaborator(ref, role.account, "write")
                self.say(f"{role.account} may write to {ref}")
        url = f"{self.settings.public_url}/hooks/{self.settings.forge.kind}"
        present = [hook for hook in await self.forge.repositories.hooks(ref) if hook.url == url]
        if not present:
            await self.forge.repositories.add_hook(ref, url=url, secret=secret, events=EVENTS)
            self.say(f"{ref} tells us news at {url}")
        elif fresh_secret:
            raise RefusedError(
                f"{ref} has a webhook to {url} with a secret that is not known here: delete it in the repository's settings "
                "and run `forgecrew init` again"
            )
        elif not present[0].active:
            self.say(f"the webhook of {ref} to {url} is there but switched off: switch it on in the repository's settings")

    async def _token(self, account: str, password: str, name: str, scopes: Sequence[str]) -> str:
        try:
            return await self.forge.people.create_token(account, password=self.admin_token, name=name, scopes=scopes)
        except RefusedError:
            # A forge that takes no token here takes the password, which we know when the account is new.
            return await self.forge.people.create_token(account, password=password, name=name, scopes=scopes)
