"""What the page of sandboxes shows: sandboxes with bars, and beside them apps that live and the last code runs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from forgecrew.api.doors import Doors
from forgecrew.core.app import LIVE
from forgecrew.core.moment import utc_now
from forgecrew.core.sandbox_view import SandboxView
from forgecrew.store.queries import apps, code_runs, sandboxes

APPS_SHOWN, CODE_RUNS_SHOWN = 10, 5


@dataclass(frozen=True, slots=True)
class Bar:
    """A figure against its bound: a word, the number as text, and 0 to 100 for the bar (None: not measured)."""

    what: str
    text: str
    percent: int | None


async def board(doors: Doors) -> dict[str, Any]:
    """Values for `sandbox_board.html`."""
    async with doors.database.read() as connection:
        found = await sandboxes.shown(connection, now=utc_now())
        living = await apps.recent(connection, states=LIVE, limit=APPS_SHOWN)
        runs = await code_runs.recent(connection, limit=CODE_RUNS_SHOWN)
    return {"rows": [(view, bars(view)) for view in found], "apps": living, "code_runs": [run for run, _ in runs]}


def bars(view: SandboxView) -> list[Bar]:
    """CPU, memory, processes and disk."""
    memory, cores, processes, disk = view.bounds
    return [
        _bar("CPU", view.cpu, cores, _cores),
        _bar("Memory", view.memory_bytes, memory, size),
        _bar("Processes", view.processes, processes, "{:.0f}".format),
        _bar("Disk", view.disk_bytes, disk, size),
    ]


def _bar(what: str, used: float | None, most: float, shown: Callable[[float], str]) -> Bar:
    if used is None:
        return Bar(what, "–", None)
    return Bar(what, f"{shown(used)} of {shown(most)}", min(100, round(100 * used / most)) if most else 0)


def _cores(count: float) -> str:
    return f"{count:.2f}".rstrip("0").rstrip(".")


def size(count: float) -> str:
    """Bytes for people: 5 MiB."""
    for unit in ("B", "KiB", "MiB"):
        if count < 1000:
            return f"{count:.0f} {unit}"
        count /= 1024
    return f"{count:.1f} GiB"
