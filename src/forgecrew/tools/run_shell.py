"""Runs shell commands in the workspace."""

import re
from pathlib import Path

from forgecrew.core.action import Action, Observation
from forgecrew.core.clamp import clamp, ends
from forgecrew.core.command import Command, Result
from forgecrew.core.signals import TellModel
from forgecrew.ports.sandbox import Sandbox
from forgecrew.ports.tool import Tool

TIMEOUT_SECONDS = 120.0
OUTPUT_CHARACTERS_MAX = 6000
LOOKED_AT_MAX = 400_000
"""Characters of output that are cleaned; of more, head and tail."""
SCRIPT_BYTES_MAX = 100_000
"""Below what Linux takes as one argument."""
_CONTROL = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])|[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f]"
)
REASONS = {
    "timeout": "stopped after {seconds:.0f} s: it took too long. Run less at a time",
    "oom": "stopped: it used too much memory",
    "pids": "stopped: it started too many processes",
    "cpu": "stopped: it used too much processor time",
    "disk": "stopped: the disk of the workspace is full",
    "output": "stopped: it wrote too much output. Use head, tail or grep",
    "killed": "stopped by a signal",
    "lost": "lost: the sandbox ended before the command did",
}


def tool() -> Tool:
    """The shell."""
    return RunShell()


class RunShell:
    """Kind `sh`: the body is a script for /bin/sh, started at the top of the workspace."""

    kind = "sh"
    contract = Path(__file__).with_suffix(".md").read_text(encoding="utf-8").strip()

    async def run(self, sandbox: Sandbox, action: Action) -> Observation:
        """Status line, then the output: colours removed, at most 6000 characters of head and tail."""
        if not action.body.strip():
            raise TellModel("The sh block is empty. Write the commands between the fences.")
        if len(action.body.encode()) > SCRIPT_BYTES_MAX or "\0" in action.body:
            raise TellModel("That script is too long. Write files with a write block instead.")
        seconds = min(TIMEOUT_SECONDS, sandbox.spec.profile.wall_seconds)
        result = await sandbox.exec(Command(("/bin/sh", "-c", action.body), timeout_seconds=seconds))
        output = clamp(_plain(ends(result.text, LOOKED_AT_MAX)).strip("\n"), OUTPUT_CHARACTERS_MAX)
        status = _status(result)
        text = f"{status}\n{output}" if output.strip() else f"{status}, no output"
        text += f"\nWhere it was then:\n{result.where}" if result.where else ""
        return Observation(text, ok=result.ok, changed=True, exit_code=result.exit_code)


def _status(result: Result) -> str:
    status = (
        REASONS[result.reason].format(seconds=result.wall_seconds) if result.reason != "exit" else f"exit {result.exit_code}"
    )
    return f"{status}. {result.note}" if result.note else status


def _plain(text: str) -> str:
    """Without colours and control characters; of a line that overwrote itself, what was last to be seen."""
    text = _CONTROL.sub("", text.replace("\r\n", "\n"))
    return "\n".join(line.rstrip("\r").rsplit("\r", 1)[-1] for line in text.split("\n"))
