"""Browsers: from nothing to a picture of a page that the same task serves, and how many idle ones fit into a GiB."""

import argparse
import asyncio
import shutil
import statistics
import tempfile
import time
from asyncio import StreamReader, StreamWriter
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from benchmarks._report import report
from forgecrew.core.command import Command
from forgecrew.core.egress import EgressPolicy
from forgecrew.core.profiles import BROWSER
from forgecrew.core.sandbox import SandboxSpec
from forgecrew.integrations.bubblewrap.sandbox import backend as bubblewrap
from forgecrew.integrations.chromium.browser import browsers
from forgecrew.integrations.egress_proxy.egress import ProxyEgress
from forgecrew.ports.browser import Browser, BrowserSetup
from forgecrew.ports.egress import Connect, EgressSetup
from forgecrew.ports.outlet import Outlet
from forgecrew.ports.sandbox import Sandbox
from forgecrew.ports.service import Service

PAGE = b"""<title>p</title><body style="background:#fff"><h1 id=h>before</h1><canvas id=c width=200 height=80></canvas><script>
document.getElementById("h").textContent = "JS ran " + 6 * 7;
const c = document.getElementById("c").getContext("2d"); c.fillStyle = "#d22"; c.fillRect(0, 0, 200, 80);
</script>"""


async def measure(folder: Path, rounds: int, idle: int) -> dict[str, float]:
    backend, egress = bubblewrap(folder / "sandboxes"), ProxyEgress(EgressSetup(folder / "egress"))
    await backend.probe()

    async def open_outlet(name: str, sandbox: Sandbox, own: Mapping[str, Connect]) -> Outlet:
        async def tell(_: object) -> None: ...

        outlet = await egress.open(name, EgressPolicy(), tell, own)
        assert outlet is not None
        return outlet

    starter = browsers(BrowserSetup(backend, open_outlet, BROWSER))

    async def served(number: int) -> tuple[Sandbox, Service]:
        sandbox = await backend.create(SandboxSpec(f"task-{number}"))
        await sandbox.write("index.html", PAGE)
        up = asyncio.Event()
        line = ("python3", "-u", "-m", "http.server", "--bind", "127.0.0.1", "8000")
        service = await sandbox.start(Command(line), lambda _: up.set())
        await up.wait()
        return sandbox, service

    async def apps(_: int) -> tuple[StreamReader, StreamWriter]:
        raise ConnectionRefusedError

    cold, starts, warm = [], [], []
    sandbox, service = await served(0)
    for _ in range(rounds):
        began = time.perf_counter()
        browser = await starter.start(sandbox, service.connect)
        starts.append(time.perf_counter() - began)
        assert "JS ran 42" in (await browser.open("http://localhost:8000/")).text
        assert (await browser.screenshot()).startswith(b"\x89PNG")
        cold.append(time.perf_counter() - began)
        began = time.perf_counter()
        await browser.open("http://localhost:8000/")
        assert (await browser.screenshot()).startswith(b"\x89PNG")
        warm.append(time.perf_counter() - began)
        await browser.close()
    running = list[Browser]()
    for number in range(1, idle + 1):
        running.append(await starter.start(await backend.create(SandboxSpec(f"task-{number}")), apps))
    await asyncio.sleep(3)
    each = share_mib("-browser") / idle
    charged = [(await box.use()).memory_bytes for n in range(1, idle + 1) if (box := await backend.attach(f"task-{n}-browser"))]
    for browser in running:
        await browser.close()
    await service.stop()
    await backend.reap(keep=())
    await egress.close()
    known = [one / 2**20 for one in charged if one]
    return {
        "screenshot_s": round(statistics.median(cold), 3), "screenshot_worst_s": round(max(cold), 3),
        "start_s": round(statistics.median(starts), 3), "warm_screenshot_s": round(statistics.median(warm), 3),
        "chromium_per_gib": round(1024 / max(each, 1), 1), "idle_mib": round(each, 1),
        "idle_charged_mib": round(statistics.median(known), 1) if known else 0.0,
    }  # fmt: skip


async def bare(folder: Path, rounds: int) -> dict[str, float]:
    """The same picture by the program's own command line, without any sandbox: what nobody can be faster than."""
    program = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if program is None:
        return {}
    (folder / "page.html").write_bytes(PAGE)
    times: list[float] = []
    for number in range(rounds):
        began = time.perf_counter()
        process = await asyncio.create_subprocess_exec(
            program, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / str(number)}",
            f"--screenshot={folder / 'bare.png'}", f"file://{folder / 'page.html'}", stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        await process.wait()
        times.append(time.perf_counter() - began)
    return {"screenshot_s": round(statistics.median(times), 3)}


def share_mib(word: str) -> float:
    """Memory of all processes in control groups of that name: their own pages, and their share of those that several map."""
    total = 0
    for process in Path("/proc").iterdir():
        with suppress(OSError):
            if process.name.isdigit() and word in (process / "cgroup").read_text():
                rolled = (process / "smaps_rollup").read_text().splitlines()
                total += sum(int(line.split()[1]) for line in rolled if line.startswith("Pss:"))
    return total / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--idle", type=int, default=8)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="browser-"))
    try:
        alone = asyncio.run(bare(folder, arguments.rounds))
        figures = asyncio.run(measure(folder, arguments.rounds, arguments.idle))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    report("browser", figures, {"chromium without a sandbox": alone} if alone else {}, arguments.json)


if __name__ == "__main__":
    main()
