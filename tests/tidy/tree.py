"""What the house consists of: the package's files and folders, and every file under version control."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src"
PACKAGE = SOURCE / "forgecrew"
# A small project of its own that the demo works on: its files follow no rule of this house.
GUEST = PACKAGE / "app" / "demo" / "project"


def modules() -> list[Path]:
    """Python files of the package."""
    return [path for path in sorted(PACKAGE.rglob("*.py")) if not path.is_relative_to(GUEST)]


def packages() -> list[Path]:
    """Folders of the package that hold Python files."""
    return sorted({path.parent for path in modules() if path.name == "__init__.py"})


def tracked() -> list[Path]:
    """Every file of the project: what git tracks or would track; without git, all but hidden folders."""
    line = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        found = subprocess.run(line, capture_output=True, check=True).stdout.decode().split("\0")
        paths = [ROOT / name for name in found if name]
    except (OSError, subprocess.CalledProcessError):
        paths = [path for path in ROOT.rglob("*") if not any(part.startswith(".") for part in path.relative_to(ROOT).parts)]
    return [path for path in paths if path.is_file()]


def shown(path: Path) -> str:
    """A path as people name it."""
    return str(path.relative_to(ROOT))
