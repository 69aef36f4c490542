"""Cells: Python in a warm interpreter, under the limits of a command, each beginning anew."""

import asyncio
import contextlib

import pytest

from forgecrew.core.errors import SandboxUnavailable
from forgecrew.core.sandbox import Profile
from forgecrew.ports.sandbox import Sandbox
from forgecrew.ports.sandbox_backend import SandboxBackend

from .conftest import SMALL, Make, running
from .test_limits import FORK_LOOP, MEMORY_LOOP, gone

LOOK = """
import os
parent = os.getppid()
for file in ("mem", "environ", "maps"):
    try: open(f"/proc/{parent}/{file}", "r+b" if file == "mem" else "rb").read(1); print("LOOKED", file)
    except OSError as error: print(file, error)
"""


async def test_what_a_cell_prints_and_how_it_ends(sandbox: Sandbox) -> None:
    result = await sandbox.cell("import os, sys\nprint(6 * 7)\nprint('err', file=sys.stderr)\nprint(os.getcwd(), __name__)")
    assert (result.ok, sorted(result.text.split())) == (True, ["/workspace", "42", "__main__", "err"])
    assert result.wall_seconds > 0


@pytest.mark.parametrize(
    ("code", "status", "said"),
    [
        ("import sys; sys.exit(7)", 7, ""),
        ("raise SystemExit('reason')", 1, "reason"),
        ("one = 1\none / 0", 1, 'File "<cell>", line 2'),
        ("if :", 1, "SyntaxError"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", 128 + 11, ""),
        ("import os; os._exit(3)", 3, ""),
    ],
)
async def test_a_failing_cell_is_a_result(sandbox: Sandbox, code: str, status: int, said: str) -> None:
    result = await sandbox.cell(code)
    assert (result.reason, result.exit_code) == ("exit", status)
    assert said in result.text


async def test_every_cell_begins_anew_and_files_persist(sandbox: Sandbox) -> None:
    await sandbox.cell("x = 1; import json; json.dumps = None; open('kept', 'w').write('word')")
    result = await sandbox.cell("import json; print(json.dumps([1]), open('kept').read(), 'x' in globals())")
    assert result.text == "[1] word False\n"
    assert await sandbox.read("kept") == b"word"


async def test_threads_and_exit_functions_end_as_usual(sandbox: Sandbox) -> None:
    code = "import atexit, threading, time\natexit.register(print, 'bye')\n"
    code += "threading.Thread(target=lambda: (time.sleep(0.1), print('thread'))).start()"
    assert (await sandbox.cell(code)).text == "thread\nbye\n"


async def test_modules_of_the_workspace_are_found(sandbox: Sandbox) -> None:
    await sandbox.write("mine.py", b"value = 5\n")
    assert (await sandbox.cell("import mine; print(mine.value)")).text == "5\n"


async def test_a_megabyte_of_code_and_of_output(sandbox: Sandbox) -> None:
    result = await sandbox.cell("text = '" + "é" * 500_000 + "'\nprint(len(text)); print('y' * 1_000_000)")
    assert result.ok, result.text[-200:]
    assert result.text.startswith("500000\n")
    assert result.dropped_bytes > 900_000


async def test_what_a_cell_prints_is_seen_while_it_comes(sandbox: Sandbox) -> None:
    seen = asyncio.Event()
    code = "import os, time\nprint('first', flush=True)\nwhile not os.path.exists('go'): time.sleep(0.01)"
    task = asyncio.ensure_future(sandbox.cell(code, on_output=lambda _: seen.set()))
    await asyncio.wait_for(seen.wait(), 20)
    await sandbox.write("go", b"")
    assert (await task).text == "first\n"


async def test_cells_at_once_take_turns(sandbox: Sandbox) -> None:
    results = await asyncio.gather(*(sandbox.cell(f"print({n})") for n in range(5)))
    assert [result.text for result in results] == [f"{n}\n" for n in range(5)]


async def test_a_cell_that_takes_too_long_is_gone_and_the_next_one_runs(sandbox: Sandbox, marker: str) -> None:
    code = f"import subprocess; print('begun', flush=True); subprocess.run(['sleep', '{marker}'])"
    result = await sandbox.cell(code, timeout_seconds=0.7)
    assert (result.reason, result.exit_code, result.text) == ("timeout", None, "begun\n")
    assert running(marker) == []
    assert (await sandbox.cell("print('next')")).text == "next\n"


async def test_what_a_cell_leaves_running_ends_with_it(sandbox: Sandbox, marker: str) -> None:
    await sandbox.cell(f"import os; os.system('setsid nohup sleep {marker} >/dev/null 2>&1 & sleep {marker} &')")
    assert await gone(marker)
    assert (await sandbox.cell("print('next')")).text == "next\n"


async def test_a_memory_bomb_in_a_cell_is_told(sandbox: Sandbox, backend: SandboxBackend) -> None:
    result = await sandbox.cell(MEMORY_LOOP)
    assert not result.ok
    if (await backend.probe()).memory:
        assert result.reason == "oom"
        assert result.peak_memory_bytes <= SMALL.memory_bytes
    assert (await sandbox.cell("print('next')")).text == "next\n"


async def test_a_fork_bomb_in_a_cell_is_contained(sandbox: Sandbox) -> None:
    result = await sandbox.cell(FORK_LOOP, timeout_seconds=1.0)
    assert result.reason in ("timeout", "pids", "exit", "lost")
    assert (await sandbox.cell("print('next')")).text == "next\n"


async def test_endless_output_of_a_cell_ends(sandbox: Sandbox) -> None:
    result = await sandbox.cell("while 1: print('flood' * 1000)")
    assert (result.reason, result.exit_code) == ("output", None)
    assert len(result.output) < SMALL.output_bytes + 100
    assert (await sandbox.cell("print('next')")).text == "next\n"


async def test_a_cell_that_kills_all_it_can_is_told_and_the_next_one_runs(sandbox: Sandbox) -> None:
    result = await sandbox.cell("import os, signal; os.kill(os.getppid(), 9); os.kill(-1, 9); signal.pause()")
    assert (result.reason, result.exit_code) == ("lost", None)
    assert (await sandbox.cell("print('next')")).text == "next\n"


async def test_a_cell_does_not_look_into_the_interpreter(sandbox: Sandbox) -> None:
    result = await sandbox.cell(LOOK)
    assert result.ok, result.text
    assert "LOOKED" not in result.text


async def test_only_pipes_are_inherited_by_a_cell(sandbox: Sandbox) -> None:
    code = "import os\nfor n in range(64):\n  try: print(n, os.readlink(f'/proc/self/fd/{n}').split(':')[0])\n"
    code += "  except OSError: pass"
    rows = dict(line.split() for line in (await sandbox.cell(code)).text.splitlines())
    assert rows == {"0": "/dev/null", "1": "pipe", "2": "pipe"}


async def test_a_cancelled_cell_is_gone(sandbox: Sandbox, marker: str) -> None:
    begun = asyncio.Event()
    code = f"import subprocess; print('begun', flush=True); subprocess.run(['sleep', '{marker}'])"
    task = asyncio.ensure_future(sandbox.cell(code, on_output=lambda _: begun.set()))
    await asyncio.wait_for(begun.wait(), 20)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    assert task.cancelled()
    assert await gone(marker)
    assert (await sandbox.cell("print('next')")).text == "next\n"


async def test_the_profile_bounds_the_time_of_a_cell(make: Make) -> None:
    short = await make(profile=Profile(wall_seconds=0.5))
    assert (await short.cell("import time; time.sleep(60)", timeout_seconds=60)).reason == "timeout"


async def test_destroying_ends_the_interpreter(make: Make, marker: str) -> None:
    box = await make()
    begun = asyncio.Event()
    code = f"import subprocess; print('begun', flush=True); subprocess.run(['sleep', '{marker}'])"
    task = asyncio.ensure_future(box.cell(code, on_output=lambda _: begun.set()))
    await asyncio.wait_for(begun.wait(), 20)
    await box.destroy()
    assert (await task).reason == "killed"
    assert running(marker) == []
    with pytest.raises(SandboxUnavailable, match="removed"):
        await box.cell("print(1)")


async def test_without_a_python_it_is_said(make: Make) -> None:
    box = await make(path="/nowhere")
    with pytest.raises(SandboxUnavailable, match="python3"):
        await box.cell("print(1)")


async def test_a_cell_that_is_cancelled_twice_is_not_in_the_way_of_the_next(sandbox: Sandbox) -> None:
    for turns in range(1, 6):
        assert (await sandbox.cell("pass")).ok
        cell = asyncio.ensure_future(sandbox.cell("while True: pass"))
        await asyncio.sleep(0.05)
        for _ in range(2):
            cell.cancel()
            for _ in range(turns):
                await asyncio.sleep(0)
        await asyncio.gather(cell, return_exceptions=True)
        assert (await sandbox.cell("print('fine')")).text == "fine\n"


async def test_the_end_of_an_idle_interpreter_hits_no_cell_that_just_begins(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("forgecrew.sandboxing.cells._IDLE_SECONDS", 0.0)
    for turns in range(6):
        for _ in range(turns):
            await asyncio.sleep(0)
        assert (await sandbox.cell("print('fine')")).text == "fine\n"
