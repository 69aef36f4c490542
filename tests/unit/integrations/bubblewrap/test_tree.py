"""Killing a launcher that is not a sandbox yet: what it has started may be a helper that is dead already."""

import asyncio
import sys

from forgecrew.integrations.bubblewrap.child import spawn
from forgecrew.integrations.bubblewrap.tree import Tree, children

LAUNCHER = """
import os, time
if os.fork() == 0: os._exit(0)
os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)
print("ready", flush=True)
time.sleep(1000)
"""


async def test_a_launcher_whose_helper_has_just_ended_is_killed_all_the_same() -> None:
    child = spawn([sys.executable, "-c", LAUNCHER], {})
    try:
        assert await child.read() == b"ready\n"
        assert children(child.pid), "a zombie, which no signal reaches"
        Tree(child, None).kill("killed")
        async with asyncio.timeout(20):
            assert await child.wait() < 0
    finally:
        child.abandon()
