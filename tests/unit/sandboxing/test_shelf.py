"""Sandboxes of one folder: what is asked for at the same moment."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from forgecrew.core.sandbox import SandboxSpec
from forgecrew.core.sandbox_record import Record, save
from forgecrew.ports.sandbox import Sandbox
from forgecrew.sandboxing.shelf import Shelf
from tests.plain_sandbox import PlainSandbox


class Slow:
    """Makes sandboxes that take a while, and counts them."""

    needs = "workspace"

    def __init__(self, folder: Path) -> None:
        self.folder, self.made = folder, 0

    async def make(self, spec: SandboxSpec) -> Sandbox:
        self.made += 1
        home = self.folder / spec.id
        (home / "workspace").mkdir(parents=True, exist_ok=True)
        await asyncio.sleep(0.01)
        save(home, Record(spec))
        return PlainSandbox(home / "workspace")

    def check(self, spec: SandboxSpec) -> None:
        """All are fine."""

    async def clear(self, keep: Sequence[str] | None) -> None:
        """Nothing is left."""

    async def probe(self) -> Any:
        raise NotImplementedError

    async def found(self, record: Record) -> Sandbox:
        raise NotImplementedError

    async def stray(self, id: str) -> Sandbox:
        raise NotImplementedError


async def test_two_that_ask_at_once_get_the_same_sandbox(tmp_path: Path) -> None:
    kind = Slow(tmp_path)
    shelf = Shelf(tmp_path, kind)
    one, two, other = await asyncio.gather(*(shelf.create(SandboxSpec(id)) for id in ("same", "same", "other")))
    assert one is two
    assert other is not one
    assert kind.made == 2
