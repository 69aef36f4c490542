"""Backends to hold against the port: as strong as the machine allows, and with resource limits alone."""

import itertools
import os
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from forgecrew.core.errors import SandboxUnavailable
from forgecrew.core.sandbox import Profile, SandboxSpec
from forgecrew.integrations.bubblewrap.sandbox import backend as bubblewrap
from forgecrew.ports.sandbox import Sandbox
from forgecrew.ports.sandbox_backend import SandboxBackend

SMALL = Profile(
    name="small", memory_bytes=128 << 20, cpu=1.0, pids=64, wall_seconds=20, output_bytes=64 << 10, disk_bytes=48 << 20,
    file_bytes=32 << 20, open_files=256,
)  # fmt: skip

Make = Callable[..., Awaitable[Sandbox]]
Open = Callable[[Path], SandboxBackend]


@pytest.fixture(params=["bubblewrap", "bubblewrap, resource limits only"])
async def open_backend(request: pytest.FixtureRequest, tmp_path: Path) -> Open:
    """Makes a backend of the strength that is tested; skips where no sandbox can be made."""
    weak = request.param.endswith("only")

    def opened(folder: Path) -> SandboxBackend:
        return bubblewrap(folder, cgroups=not weak, own_uid=not weak)

    try:
        await opened(tmp_path / "probe").probe()
    except SandboxUnavailable as error:
        pytest.skip(str(error))
    return opened


@pytest.fixture
async def backend(open_backend: Open, tmp_path: Path) -> AsyncIterator[SandboxBackend]:
    """One backend, left empty."""
    made = open_backend(tmp_path / "sandboxes")
    yield made
    await made.reap(keep=())


@pytest.fixture
async def make(backend: SandboxBackend) -> Make:
    """Makes sandboxes with the small profile, or with other words of a spec."""
    numbers = itertools.count(1)

    async def made(**words: object) -> Sandbox:
        spec = {"id": f"box-{next(numbers)}", "profile": SMALL, **words}
        return await backend.create(SandboxSpec(**spec))  # type: ignore[arg-type]

    return made


@pytest.fixture
async def sandbox(make: Make) -> Sandbox:
    """One small sandbox."""
    return await make()


@pytest.fixture
def marker() -> str:
    """A number of seconds to sleep that no other process sleeps."""
    return f"{1000 + secrets.randbelow(9_000_000)}.{secrets.randbelow(10_000_000)}"


def running(word: str) -> list[int]:
    """Live processes of this machine that have a word on their command line."""
    found: list[int] = []
    for entry in os.scandir("/proc"):
        if not entry.name.isdigit():
            continue
        try:
            line = Path(entry.path, "cmdline").read_bytes()
            state = Path(entry.path, "stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
        if word.encode() in line and state != "Z" and int(entry.name) != os.getpid():
            found.append(int(entry.name))
    return found
