"""How every benchmark tells its figures: a table for people, one JSON object on the last line for programs."""

import json
import os
import platform
from collections.abc import Mapping
from typing import Any


def report(name: str, figures: Mapping[str, float], peers: Mapping[str, Mapping[str, float]], as_json: bool) -> None:
    """Print the figures; `peers` holds by name what others gave in the same run."""
    here = machine()
    if as_json:
        print(json.dumps({"name": name, "figures": figures, "machine": here, "peers": peers}))
        return
    print(f"{name} ({', '.join(f'{key} {value}' for key, value in here.items())})")
    for title, group in {"": figures, **peers}.items():
        if title:
            print(f"  {title}")
        width = max(map(len, group), default=0)
        for key, value in group.items():
            print(f"  {'  ' if title else ''}{key:{width}}  {value:g}")


def machine() -> dict[str, Any]:
    """What the figures were measured on; `load` is the machine's load of the last minute at the end."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30)
    return {
        "cores": len(os.sched_getaffinity(0)), "memory_gib": round(memory, 1), "python": platform.python_version(),
        "kernel": platform.release(), "load": round(os.getloadavg()[0], 1),
    }  # fmt: skip
