"""A compiler for TypeScript for tests: this machine's, or one that npm brings into a folder of the test run."""

import shutil
import subprocess
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def typescript(tmp_path_factory: pytest.TempPathFactory) -> tuple[tuple[str, ...], str]:
    """Mounts and PATH of a sandbox that runs TypeScript; skips where it cannot be had."""
    path = "/usr/local/bin:/usr/bin:/bin"
    if shutil.which("node", path=path) is None:
        pytest.skip("no node here: apt-get install nodejs npm")
    if shutil.which("tsc", path=path):
        return (), path
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("no TypeScript here: apt-get install npm, or npm install -g typescript")
    folder: Path = tmp_path_factory.mktemp("typescript")
    line = [npm, "install", "--prefix", str(folder), "--no-audit", "--no-fund", "--silent", "typescript@5.9", "@types/node@20"]
    done = subprocess.run(line, capture_output=True, stdin=subprocess.DEVNULL, timeout=180, cwd=folder, check=False)
    if done.returncode:
        pytest.skip("no TypeScript here and npm cannot fetch it")
    folder.chmod(0o755)
    return (str(folder),), f"{folder}/node_modules/.bin:{path}"
