"""What running sandboxes use, measured every few seconds and gently: by `SandboxWatch`, for people."""

import asyncio
import time
from collections.abc import Collection, Mapping

from forgecrew.core.errors import ForgecrewError
from forgecrew.kernel.sandbox_board import Seen

USE_SECONDS = 2.0
CPU_SECONDS_MAX = 10.0
"""Two measurements further apart than this tell nothing of the CPU."""
MEASURE_SHARE = 10
"""Measuring one sandbox takes at most one part in so many of the time."""


class SandboxMeasuring:
    """Each sandbox at most every `use_seconds`."""

    def __init__(self, use_seconds: float) -> None:
        self._use_seconds = use_seconds
        self._measured: dict[str, tuple[float, float, float]] = {}
        self._counted: dict[str, int] = {}

    async def round(self, seen: Mapping[str, Seen]) -> None:
        """Those that run, and those whose doors something may have passed since they were measured last."""
        due = [(id, one) for id, one in seen.items() if one.state == "running" or self._behind(id, one)]
        await asyncio.gather(*(self._measure(id, one) for id, one in due))

    def forget_all_but(self, ids: Collection[str]) -> None:
        """The others are gone."""
        self._measured = {id: known for id, known in self._measured.items() if id in ids}
        self._counted = {id: known for id, known in self._counted.items() if id in ids}

    def _behind(self, id: str, seen: Seen) -> bool:
        return bool(seen.sandbox.spec.doors) and self._counted.get(id, 0) != seen.commands

    async def _measure(self, id: str, seen: Seen) -> None:
        """What it uses now; the CPU from the difference to the last time."""
        now = time.monotonic()
        at, cpu_seconds, next_at = self._measured.get(id, (0.0, 0.0, 0.0))
        if now < next_at:
            return
        try:
            use = await seen.sandbox.use()
        except (ForgecrewError, OSError):
            return  # it ended meanwhile
        seen.use, seen.changed = use, True
        self._counted[id] = -1 if seen.state == "running" else seen.commands
        if use.cpu_seconds is not None:
            seen.cpu = max(0.0, use.cpu_seconds - cpu_seconds) / (now - at) if at and now - at < CPU_SECONDS_MAX else None
        took = time.monotonic() - now
        self._measured[id] = (now, use.cpu_seconds or 0.0, now + max(self._use_seconds, MEASURE_SHARE * took))
