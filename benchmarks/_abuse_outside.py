"""Cases about processes, memory, output and network, looked at from the host."""

import asyncio
import os
import socket
import subprocess
from collections.abc import Iterator

from benchmarks._abuse_field import NARROW, Case, Field, gone, marker

FORK_SHELL = ":(){ :|:& };: ; sleep 3"
FORK_LOOP = "import os\nwhile 1:\n  try: os.fork()\n  except OSError: pass"
THREADS = """
import os, threading, time
n = 0
try:
    while n < 4000: threading.Thread(target=time.sleep, args=(9,), daemon=True).start(); n += 1
except RuntimeError: pass
print(n, flush=True)
os._exit(0)
"""
MEMORY = "x = []\nwhile 1: x.append(bytearray(10 << 20))"
HOLD = """
import os, time
held = 0
for n in range(24):
    try: HOLD_ONE
    except (OSError, MemoryError): break
    held += 20
print(held, flush=True)
"""
TOGETHER = """
import os, time
kids = []
for n in range(12):
    pid = os.fork()
    if pid == 0:
        x = bytearray(20 << 20); time.sleep(1.5); os._exit(0)
    kids.append(pid)
print(20 * sum(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0 for pid in kids))
"""
BUSY = """
import os, time
for _ in range(4):
    if os.fork() == 0:
        end = time.time() + 2
        while time.time() < end: pass
        os._exit(0)
for _ in range(4): os.wait()
t = os.times(); print(t.children_user + t.children_system)
"""
NETWORK = """
import socket
hosts = [(2, (host, port)) for host, port in (('127.0.0.1', PORT), ('10.0.0.1', 80), ('192.0.2.1', 80))]
for family, address in (*hosts, (10, ('::1', PORT)), (1, '\\0ABSTRACT')):
    s = socket.socket(family); s.settimeout(1)
    try: s.connect(address); print('LEAK', address)
    except OSError: pass
print('tried')
"""


def cases() -> Iterator[Case]:
    yield Case("fork bomb, shell", _bomb(FORK_SHELL, shell=True), "processes")
    yield Case("fork bomb, tight loop", _bomb(FORK_LOOP), "processes")
    yield Case("thread bomb", _threads, "processes")
    yield Case(
        "daemons left behind", _left("(setsid nohup sleep M >/dev/null 2>&1 &); (setsid bash -c 'trap \"\" 1 2 15; sleep M' &)")
    )
    yield Case("a command that ignores signals", _late("trap '' TERM INT HUP QUIT; while :; do sleep M; done"))
    yield Case("a tree that stops itself", _late("sleep M & kill -STOP $! ; kill -STOP $$"))
    yield Case("processes of the host are signalled", _kill)
    yield Case("memory, one process", _memory, "memory")
    yield Case("memory, many processes", _held(TOGETHER), "memory")
    yield Case(
        "memory, files in memory", _held(HOLD.replace("HOLD_ONE", "os.write(os.memfd_create('x'), bytes(20 << 20))")), "memory"
    )
    for place in ("/tmp", "/dev/shm"):
        yield Case(
            f"memory, {place}",
            _held(HOLD.replace("HOLD_ONE", f"open(f'{place}/{{n}}', 'wb').write(bytes(20 << 20))")),
            "memory",
        )
    yield Case("processor time of four busy processes", _busy, "cpu")
    yield Case("endless output", _output("yes flood"))
    yield Case("endless line of errors", _output("cat /dev/zero >&2"))
    yield Case("output that is no text", _binary)
    yield Case("descriptors", _descriptors)
    yield Case("network: host, neighbours, abstract sockets", _network)
    yield Case("a cell that forges its answer", _forged)


def _bomb(script: str, *, shell: bool = False):
    async def contained(ground: Field) -> bool:
        word = marker()
        script_marked = f"{script} # {word}"
        result = await (ground.sh(script_marked, 2.0) if shell else ground.py(script_marked, 2.0))
        return result.reason in ("timeout", "pids", "exit", "oom") and await gone(word)

    return contained


async def _threads(ground: Field) -> bool:
    result = await ground.py(THREADS)
    return result.reason != "exit" or int(result.text.split()[-1]) <= NARROW.pids


def _left(script: str):
    async def contained(ground: Field) -> bool:
        word = marker()
        await ground.sh(script.replace("M", word))
        return await gone(word)

    return contained


def _late(script: str):
    async def contained(ground: Field) -> bool:
        word = marker()
        result = await ground.sh(script.replace("M", word), 0.5)
        return result.reason == "timeout" and result.wall_seconds < 2 and await gone(word)

    return contained


async def _kill(ground: Field) -> bool:
    uid = ground.box.uid
    asked = ["setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups", "sleep", "30"] if uid else ["sleep", "30"]
    with subprocess.Popen(asked) as victim:
        await asyncio.sleep(0.1)
        await ground.sh(f"kill -9 {victim.pid} {os.getpid()}; kill -9 -1")
        alive = victim.poll() is None
        victim.kill()
    return alive


async def _memory(ground: Field) -> bool:
    result = await ground.py(MEMORY)
    return not result.ok and result.reason in ("oom", "exit") and result.wall_seconds < 8


def _held(code: str):
    async def contained(ground: Field) -> bool:
        result = await ground.py(code)
        return (
            result.reason == "oom" or not result.text.strip().isdigit() or int(result.text) * (1 << 20) <= NARROW.memory_bytes
        )

    return contained


async def _busy(ground: Field) -> bool:
    result = await ground.py(BUSY)
    return result.reason == "exit" and float(result.text) <= NARROW.cpu * result.wall_seconds * 1.3


def _output(script: str):
    async def contained(ground: Field) -> bool:
        result = await ground.sh(script)
        return result.reason == "output" and len(result.output) <= NARROW.output_bytes + 100

    return contained


async def _binary(ground: Field) -> bool:
    result = await ground.sh("printf 'a\\0\\377\\033[2Jb\\n'; head -c 100000 /dev/urandom; printf '\\303'")
    return result.ok and result.output.startswith(b"a\0\xff\x1b[2Jb\n") and len(result.text.encode()) > 100_000


async def _descriptors(ground: Field) -> bool:
    result = await ground.py("import os\nn = 0\ntry:\n  while 1: os.dup(1); n += 1\nexcept OSError: print(n)")
    return result.ok and int(result.text) < NARROW.open_files


async def _network(ground: Field) -> bool:
    name = f"abuse-{os.getpid()}"
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket(socket.AF_UNIX) as abstract:
        abstract.bind(f"\0{name}")
        abstract.listen(1)
        result = await ground.py(NETWORK.replace("PORT", str(server.getsockname()[1])).replace("ABSTRACT", name))
    return result.text == "tried\n"


async def _forged(ground: Field) -> bool:
    code = "import os\nfor n in range(3, 256):\n  try: os.write(n, b'{\"status\": 0}\\n')\n  except OSError: pass\nos._exit(9)"
    result = await ground.box.cell(code)
    return result.exit_code == 9 and (await ground.box.cell("raise SystemExit(4)")).exit_code == 4
