"""Running git: with a cleared environment, a time limit, and errors sorted by who must act."""

import asyncio
import base64
import os
import re
import signal
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from forgecrew.core.errors import ForgecrewError, ForgeUnavailable, RefusedError, WorldError

TIMEOUT_SECONDS = 600.0
_PASSED_ON = ("PATH", "GIT_SSL_CAINFO", "SSL_CERT_FILE", "SSL_CERT_DIR", "HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy")
_SETTINGS = {
    "core.hooksPath": os.devnull,
    "core.fsmonitor": "false",
    "core.askPass": "",
    "credential.helper": "",
    "transfer.fsckObjects": "true",
    # What the forge has already is never checked out here, and one odd commit in it must not stop everybody.
    "fetch.fsckObjects": "false",
    "http.followRedirects": "false",
    "gc.auto": "0",
    "maintenance.auto": "false",
}
_REFUSED = re.compile(
    r"authentication failed|could not read (user|pass)|returned error: 40[134]|not found|access denied|forbidden|not allowed"
    r"|\[(remote )?rejected\]|pre-receive hook declined|protected branch|fsck error|redirect",
    re.IGNORECASE,
)
_FULL = re.compile(r"no space left on device|disk quota exceeded", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Access:
    """Where a repository is cloned from and as whom. The token never shows up in repr()."""

    clone_url: str
    login: str = ""
    token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Git:
    """Git with our settings; `allow_file` permits file:// addresses, for tests."""

    allow_file: bool = False
    timeout_seconds: float = TIMEOUT_SECONDS

    async def run(
        self,
        folder: Path,
        *arguments: str,
        access: Access | None = None,
        stdin: bytes | None = None,
        codes: Sequence[int] = (0,),
    ) -> bytes:
        """Output of `git --git-dir=folder arguments`. Raises ForgeUnavailable, or RefusedError with what git said.

        Exit codes other than `codes` are errors.
        """
        code, output, problem = await self._run(["git", f"--git-dir={folder}", *arguments], self._environment(access), stdin)
        if code not in codes:
            raise self._error(arguments[0], problem or output.decode("utf-8", "replace"), access)
        return output

    async def succeeds(self, folder: Path, *arguments: str) -> bool:
        """Whether a local question is answered with yes (exit code 0)."""
        code, _, _ = await self._run(["git", f"--git-dir={folder}", *arguments], self._environment(None), None)
        return code == 0

    async def _run(self, argv: Sequence[str], environment: dict[str, str], stdin: bytes | None) -> tuple[int, bytes, str]:
        process = await self._start(argv, environment, listens=stdin is not None)
        try:
            async with asyncio.timeout(self.timeout_seconds):
                output, problem = await process.communicate(stdin)
        except TimeoutError:
            raise ForgeUnavailable(f"git {argv[2]} took longer than {self.timeout_seconds:.0f} s") from None
        finally:
            await _end(process)
        return process.returncode or 0, output, problem.decode("utf-8", "replace")

    @asynccontextmanager
    async def going(self, folder: Path, *arguments: str) -> AsyncGenerator[asyncio.subprocess.Process]:
        """A local git that is asked on its stdin and answers on its stdout; it ends with the block.

        Raises ForgeUnavailable when the block takes too long. What git complains about is not kept.
        """
        argv = ["git", f"--git-dir={folder}", *arguments]
        process = await self._start(argv, self._environment(None), listens=True, heard=False)
        try:
            async with asyncio.timeout(self.timeout_seconds):
                yield process
        except TimeoutError:
            raise ForgeUnavailable(f"git {arguments[0]} took longer than {self.timeout_seconds:.0f} s") from None
        finally:
            await _end(process)

    async def _start(
        self, argv: Sequence[str], environment: dict[str, str], *, listens: bool, heard: bool = True
    ) -> asyncio.subprocess.Process:
        pipe, nothing = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
        beginning = asyncio.ensure_future(
            asyncio.create_subprocess_exec(
                *argv, stdin=pipe if listens else nothing, stdout=pipe, stderr=pipe if heard else nothing, env=environment,
                cwd="/", start_new_session=True,
            )
        )  # fmt: skip
        try:
            return await asyncio.shield(beginning)
        except asyncio.CancelledError:
            await asyncio.shield(_end_begun(beginning))
            raise

    def _environment(self, access: Access | None) -> dict[str, str]:
        settings = dict(_SETTINGS)
        if access is not None and access.token:
            told = base64.b64encode(f"{access.login}:{access.token}".encode()).decode()
            settings[f"http.{access.clone_url}.extraHeader"] = f"Authorization: Basic {told}"
        environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        environment |= {
            "HOME": os.devnull, "LC_ALL": "C", "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_ATTR_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_REPLACE_OBJECTS": "1",
            "GIT_ALLOW_PROTOCOL": "http:https:file" if self.allow_file else "http:https",
            "GIT_CONFIG_COUNT": str(len(settings)),
        }  # fmt: skip
        for at, (name, value) in enumerate(settings.items()):
            environment |= {f"GIT_CONFIG_KEY_{at}": name, f"GIT_CONFIG_VALUE_{at}": value}
        return environment

    def _error(self, command: str, problem: str, access: Access | None) -> ForgecrewError:
        said = " / ".join(line.strip() for line in problem.splitlines() if line.strip())[:600]
        if _FULL.search(said):
            return WorldError(f"git {command}: the disk of the home folder is full, free some space")
        if access is None:
            return RefusedError(f"git {command}: {said}")
        if access.token:
            said = said.replace(access.token, "…")
        if _REFUSED.search(said):
            return RefusedError(
                f"git {command} at {access.clone_url} as {access.login or 'nobody'} was refused: {said}. "
                "Is the repository there, is the account a collaborator of it, and does its token have the scope repository?"
            )
        return ForgeUnavailable(f"git {command} at {access.clone_url}: {said}")


async def _end_begun(beginning: asyncio.Future[asyncio.subprocess.Process]) -> None:
    """End one whose start nobody waited for: cancelled there, asyncio would wait for all that git itself has started."""
    with suppress(OSError):
        await _end(await beginning)


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        if process.stdin is not None:
            process.stdin.close()
        await process.communicate()  # what nobody reads any more would keep the pipe open
