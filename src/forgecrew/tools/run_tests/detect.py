"""How a repository is tested, found out inside its sandbox."""

from pathlib import Path

from forgecrew.core.command import Command
from forgecrew.ports.sandbox import Sandbox

SCRIPT = Path(__file__).with_suffix(".sh").read_text(encoding="utf-8")
TIMEOUT_SECONDS = 60.0
COMMANDS = {
    "own": "sh .forgecrew/test",
    "pytest": "python3 -m pytest -q -rfE --tb=short -p no:cacheprovider --color=no",
    "unittest": "python3 -m unittest discover {folders}",
    "npm": "npm test --silent",
    "go": "go test -v ./...",
    "cargo": "cargo test --offline --no-fail-fast",
    "make": "make test",
}
"""Best first: what the repository says itself, then what its files show."""


async def find_test_command(sandbox: Sandbox) -> str | None:
    """A line for /bin/sh, or None when no way to test is found. `.forgecrew/test`, a shell script, comes before all others."""
    result = await sandbox.exec(Command(("/bin/sh", "-c", SCRIPT), timeout_seconds=TIMEOUT_SECONDS))
    facts = set(result.text.split())
    kind = next((kind for kind in COMMANDS if kind in facts), None)
    if kind != "unittest":
        return COMMANDS[kind] if kind else None
    return COMMANDS[kind].format(folders=await _unittest_folders(sandbox)).strip()


async def _unittest_folders(sandbox: Sandbox) -> str:
    """Where discovery must begin: the top finds packages only, so a folder of tests without __init__.py is named."""
    look = (
        "for folder in tests test; do"
        ' if [ -d "$folder" ] && [ ! -e "$folder/__init__.py" ]; then echo "-s $folder"; exit 0; fi; done'
    )
    result = await sandbox.exec(Command(("/bin/sh", "-c", look), timeout_seconds=TIMEOUT_SECONDS))
    return result.text.strip()
