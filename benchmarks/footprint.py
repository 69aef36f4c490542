"""What each process costs before it does anything: CPU seconds of its imports, and its memory after ten idle seconds.

    python -m benchmarks.footprint [--seconds 10] [--repeat 3] [--json]

Every process is a real one with an installation of its own on SQLite; the forge it is told of does not exist, so it waits.
"""

import argparse
import os
import re
import secrets
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks._report import report
from forgecrew.app.free_port import free_port

PROCESSES = ("serve", "work", "effects", "host")
IMPORT = "import time; import forgecrew.app.{}_process; print(time.process_time())"
TOKENS = '[tokens]\ncasey = "x"\nrobin = "x"\ntess = "x"\n'


def main() -> None:
    """Measure and tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0, help="how long a process idles before its memory is read")
    parser.add_argument("--repeat", type=int, default=3, help="how often imports are measured; the median counts")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    figures: dict[str, float] = {}
    for name in PROCESSES:
        figures[f"{name}_import_cpu_s"] = import_seconds(name, given.repeat)
    with tempfile.TemporaryDirectory() as folder:
        for name, mib in idle_mib(Path(folder), given.seconds).items():
            figures[f"{name}_idle_mib"] = mib
    figures["import_cpu_s_max"] = max(figures[f"{name}_import_cpu_s"] for name in PROCESSES)
    figures["idle_mib_max"] = max(figures[f"{name}_idle_mib"] for name in PROCESSES)
    report("footprint", figures, {}, given.json)


def import_seconds(name: str, repeat: int) -> float:
    """Median CPU seconds (user and system) from the start of the interpreter to the end of the imports."""
    found = sorted(
        float(subprocess.run([sys.executable, "-c", IMPORT.format(name)], capture_output=True, text=True, check=True).stdout)
        for _ in range(repeat)
    )
    return round(found[len(found) // 2], 3)


def idle_mib(home: Path, seconds: float) -> dict[str, float]:
    """Resident memory of each process after it has been idle, all running together."""
    install(home)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("FORGECREW_")}
    command = [sys.executable, "-m", "forgecrew.cli.main"]
    running = {}
    # serve first: it makes the tables, as the supervisor does where all are started together.
    for name in PROCESSES:
        prepared = {} if name == "serve" else {"FORGECREW_DATABASE_PREPARED": "1"}
        running[name] = subprocess.Popen(
            [*command, name, "--home", str(home)], stderr=subprocess.PIPE, env={**environment, **prepared}, text=True
        )
        wait_for(running[name], {"serve": "listens", "work": "has room", "effects": "writes as", "host": "serves apps"}[name])
    try:
        time.sleep(seconds)
        return {name: resident_mib(process.pid) for name, process in running.items()}
    finally:
        for process in running.values():
            process.terminate()
        for process in running.values():
            process.wait(15)


def install(home: Path) -> None:
    """A home folder with made-up secrets."""
    lines = ("[forge]", 'url = "http://127.0.0.1:1"', "[server]", "port = 0", "[apps]", f"port = {free_port()}", "")
    (home / "forgecrew.toml").write_text("\n".join(lines))
    fresh = f'webhook_secret = "{secrets.token_hex(16)}"\nlogin_token = "{secrets.token_hex(16)}"\n'
    for kind, text in (("read", fresh + TOKENS), ("write", TOKENS)):
        folder = home / "secrets" / kind
        folder.mkdir(parents=True, mode=0o700)
        (folder / "tokens.toml").touch(mode=0o600)
        (folder / "tokens.toml").write_text(text)


def wait_for(process: "subprocess.Popen[str]", words: str) -> None:
    """Read the log until the words come."""
    assert process.stderr is not None
    for line in process.stderr:
        if words in line:
            return
    raise SystemExit(f"the process ended before it said {words!r}")


def resident_mib(pid: int) -> float:
    """VmRSS of a process and its children, in MiB."""
    total = 0.0
    for one in (pid, *children(pid)):
        found = re.search(r"^VmRSS:\s+(\d+) kB", Path(f"/proc/{one}/status").read_text(), re.M)
        total += int(found[1]) / 1024 if found else 0
    return round(total, 1)


def children(pid: int) -> list[int]:
    """Processes that a process has started."""
    told = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(one) for one in told.read_text().split()] if told.exists() else []


if __name__ == "__main__":
    main()
