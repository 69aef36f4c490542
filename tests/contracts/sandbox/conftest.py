"""Backends to hold against the port: each as strong as the machine allows, and one with resource limits alone."""

import itertools
import os
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from forgecrew.core.errors import SandboxUnavailable
from forgecrew.core.sandbox import Profile, SandboxSpec
from forgecrew.core.sandbox_capabilities import SandboxCapabilities
from forgecrew.ports.sandbox import Sandbox
from forgecrew.ports.sandbox_backend import SandboxBackend
from tests.fitted import close_databases

from .podman_service import podman_socket

SMALL = Profile(
    name="small", memory_bytes=128 << 20, cpu=1.0, pids=64, wall_seconds=20, output_bytes=64 << 10, disk_bytes=48 << 20,
    file_bytes=32 << 20, open_files=256,
)  # fmt: skip

Make = Callable[..., Awaitable[Sandbox]]
Open = Callable[[Path], SandboxBackend]
Lacks = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Kind:
    """A backend and its strength; `source` defines `backend(folder)`, here and in other processes, once it is needed."""

    name: str
    written: Callable[[], str]

    @property
    def source(self) -> str:
        return self.written()

    def open(self, folder: Path) -> SandboxBackend:
        names: dict[str, Callable[[Path], SandboxBackend]] = {}
        exec(self.source, names)
        return names["backend"](folder)


BUBBLEWRAP = "from forgecrew.integrations.bubblewrap.sandbox import backend"
FITTED = (
    "from tests.contracts.sandbox.conftest import SMALL\nfrom tests.fitted import fitted\n"
    "def backend(folder): return fitted(folder, SMALL)"
)
PODMAN = "from forgecrew.integrations.podman.sandbox import backend"

TERMS = "from forgecrew.integrations.kubernetes.pod_life import Terms"
KUBERNETES = f"{TERMS}\nfrom forgecrew.integrations.kubernetes.sandbox import backend"


def cluster() -> str:
    pytest.importorskip("k8s_agent_sandbox", reason="the client of agent-sandbox is not installed")
    from tests.fake_cluster.cluster import fake_cluster

    found = fake_cluster()
    return f"kubeconfig={str(found.kubeconfig)!r}, router={found.url!r}, terms=Terms(lease_seconds=3)"


def made(backend: str, words: str) -> str:
    return f"{backend} as made\ndef backend(folder): return made(folder, {words})"


def docker() -> list[Kind]:
    """A real docker where one is named: FORGECREW_TEST_DOCKER_SOCKET, and FORGECREW_TEST_DOCKER_IMAGE with python3."""
    socket, image = os.environ.get("FORGECREW_TEST_DOCKER_SOCKET"), os.environ.get("FORGECREW_TEST_DOCKER_IMAGE")
    words = f"engine='docker', socket={socket!r}, image={image!r}"
    return [Kind("docker", lambda: made(PODMAN, words))] if socket and image else []


KINDS = (
    Kind("bubblewrap", lambda: BUBBLEWRAP),
    Kind("bubblewrap, resource limits only", lambda: made(BUBBLEWRAP, "cgroups=False, own_uid=False")),
    Kind("bubblewrap, fitted", lambda: FITTED),
    Kind("podman", lambda: made(PODMAN, f"socket={podman_socket()!r}")),
    Kind("kubernetes", lambda: made(KUBERNETES, f"image='example/sandbox:1', warm=0, {cluster()}")),
    *docker(),
)
_known: dict[str, SandboxCapabilities] = {}
_absent: dict[str, str] = {}  # why sandboxes of a kind cannot be made here; empty when they can


@pytest.fixture(autouse=True)
async def databases_closed() -> AsyncIterator[None]:
    """Those of fitted sandboxes."""
    yield
    await close_databases()


@pytest.fixture(params=KINDS, ids=lambda kind: kind.name)
async def kind(request: pytest.FixtureRequest, tmp_path: Path) -> Kind:
    """What is tested; skips where no such sandbox can be made."""
    found: Kind = request.param
    if found.name not in _absent:
        try:
            _known[found.name] = await found.open(tmp_path / "probe").probe()
            _absent[found.name] = ""
        except SandboxUnavailable as error:
            _absent[found.name] = str(error)
    if _absent[found.name]:
        pytest.skip(f"{found.name}: {_absent[found.name]}")
    return found


@pytest.fixture
def known(kind: Kind) -> SandboxCapabilities:
    """What such sandboxes enforce here."""
    return _known[kind.name]


@pytest.fixture
def lacks(known: SandboxCapabilities) -> Lacks:
    """Whether a gap is named that begins with a word."""
    return lambda word: any(gap.startswith(f"{word}:") for gap in known.gaps)


@pytest.fixture
async def open_backend(kind: Kind) -> Open:
    """Makes a backend of the kind that is tested."""
    return kind.open


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
