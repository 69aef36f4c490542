"""Makes a file, or replaces all of it."""

from pathlib import Path

from forgecrew.core.action import Action, Observation
from forgecrew.core.signals import TellModel
from forgecrew.core.workspace_path import workspace_path
from forgecrew.ports.sandbox import Sandbox
from forgecrew.ports.tool import Tool

BYTES_MAX = 8 << 20
LONG_LINES = 200
"""A file longer than this must not lose more than half of itself: models that rewrite long files drop parts."""


def tool() -> Tool:
    """The writer of whole files."""
    return WriteFile()


class WriteFile:
    """Kind `write`: the argument is the path, the body the whole file."""

    kind = "write"
    contract = Path(__file__).with_suffix(".md").read_text(encoding="utf-8").strip()

    async def run(self, sandbox: Sandbox, action: Action) -> Observation:
        """Says how many lines were written; the same content again is fine. TellModel for a refused path or a shrunk file."""
        path = workspace_path(action.argument)
        content = action.body if action.body.endswith("\n") or not action.body else action.body + "\n"
        before = await _existing(sandbox, path)
        if before is None:
            await sandbox.write(path, content.encode("utf-8", "replace"))
            return Observation(f"made {path}, {_lines(content)} lines", changed=True)
        if b"\r\n" in before and "\r\n" not in content:
            content = content.replace("\n", "\r\n")
        written = content.encode("utf-8", "replace")
        if written == before:
            return Observation(f"{path} was already so, {_lines(content)} lines")
        old, new = before.count(b"\n"), _lines(content)
        if old > LONG_LINES and new < old / 2:
            raise TellModel(
                f"{path} has {old} lines and you wrote {new}: that would drop most of it. Nothing was changed. "
                "Use edit blocks for the parts that change; to really empty it, remove it with sh first."
            )
        await sandbox.write(path, written)
        return Observation(f"replaced {path}: {old} lines before, {new} now", changed=True)


async def _existing(sandbox: Sandbox, path: str) -> bytes | None:
    """The file's bytes, or None when there is none; writing finds out whether the path is refused."""
    try:
        return await sandbox.read(path, bytes_max=BYTES_MAX)
    except TellModel:
        return None


def _lines(content: str) -> int:
    return content.count("\n")
