"""Asking the forge about tokens without letting them out of the process that may know them."""

import asyncio
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass

from forgecrew.app.child import python
from forgecrew.app.connect_forge import forge_as
from forgecrew.app.settings import Settings
from forgecrew.core.errors import ConfigError, ForgecrewError, RefusedError, WorldError


@dataclass(frozen=True, slots=True)
class TokenState:
    """What one token is good for: `problem` is empty when it is its account's, `later` when the forge did not answer."""

    account: str
    problem: str = ""
    later: bool = False


async def check_tokens(settings: Settings, tokens: Mapping[str, str]) -> list[TokenState]:
    """Ask the forge who each token is."""
    return [await _check(settings, account, token) for account, token in sorted(tokens.items())]


async def check_write_tokens(settings: Settings) -> list[TokenState]:
    """The same for write tokens, by a process of `effects`: nobody else reads them. Raises ConfigError when that fails."""
    process = await asyncio.create_subprocess_exec(
        *python("effects", "--home", str(settings.home), "--check"), stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, env=os.environ,
    )  # fmt: skip
    out, problem = await process.communicate()
    if process.returncode:
        raise ConfigError(problem.decode("utf-8", "replace").strip().splitlines()[-1] if problem else "the check did not run")
    return [TokenState(**one) for one in json.loads(out)]


async def _check(settings: Settings, account: str, token: str) -> TokenState:
    forge = forge_as(settings, token)
    try:
        me = await forge.people.me()
    except WorldError as error:
        return TokenState(account, str(error), later=True)
    except RefusedError as error:
        return TokenState(account, f"the forge refuses it: {error}")
    except ForgecrewError as error:
        return TokenState(account, str(error))
    finally:
        await forge.close()
    if me.login.lower() != account.lower():
        return TokenState(account, f"it belongs to {me.login}")
    return TokenState(account)
