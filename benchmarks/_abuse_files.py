"""Cases about files: what they use up, where links lead a reader on the host, what cannot be removed."""

import asyncio
import contextlib
import os
from collections.abc import Iterator

from benchmarks._abuse_field import NARROW, SECRET, Case, Field, marker
from forgecrew.core.errors import WorldError
from forgecrew.core.signals import TellModel
from forgecrew.sandboxing.disk import used_bytes

ZIP = """
import zipfile
with zipfile.ZipFile('b.zip', 'w', 8) as z:
    with z.open('big', 'w', force_zip64=True) as m:
        for _ in range(64): m.write(bytes(1 << 20))
    z.writestr('../../../../../tmp/NAME', 'x')
"""


MAPPED = """
import mmap
for n in range(60):
    with open(str(n), 'w+b') as f:
        f.truncate(30 << 20)
        with mmap.mmap(f.fileno(), 0) as m:
            for at in range(0, len(m), 4096): m[at] = 1
"""


def cases() -> Iterator[Case]:
    yield Case("one huge file", _one_file)
    yield Case("a huge file with holes", _holes)
    yield Case("many big files", _disk("for i in $(seq 60); do head -c 30M /dev/zero > $i; done"), "disk")
    yield Case("a flood of small files", _flood, "disk")
    yield Case("a hundred thousand folders", _folders, "disk")
    yield Case("files written through memory", _mapped, "disk")
    yield Case("a full workspace can be tidied", _full, "disk")
    yield Case("hard links to files of the system", _hard_links)
    yield Case("a setuid file, seen by the host", _setuid)
    yield Case("links, pipes and devices read by the host", _links)
    yield Case("links written through by the host", _written)
    yield Case("an archive that climbs and swells", _archive)
    yield Case("a very deep tree", _removed("python3 -c \"import os\nfor _ in range(3000): os.mkdir('d'); os.chdir('d')\""))
    yield Case(
        "names that are not text, folders that are locked",
        _removed("touch -- -rf $'a\\nb' $'\\xff\\x1b[31m'; mkdir l; touch l/f; chmod 0 l"),
    )
    yield Case(
        "a tree of folders that nobody may enter",
        _removed("for i in 1 2 3; do mkdir -p a/b/c; touch a/f; chmod 0 a/b a; mv a $i; done"),
    )
    yield Case("another sandbox", _neighbour)
    yield Case("a core file", _core)


async def _one_file(ground: Field) -> bool:
    await ground.sh("head -c 300M /dev/zero > big")
    return (ground.box.workspace / "big").stat().st_size <= NARROW.file_bytes


async def _holes(ground: Field) -> bool:
    await ground.sh("truncate -s 1T big; fallocate -l 500M other; echo x > small")
    return all(
        (ground.box.workspace / name).stat().st_size <= NARROW.file_bytes
        for name in ("big", "other")
        if (ground.box.workspace / name).exists()
    )


def _disk(script: str):
    async def contained(ground: Field) -> bool:
        result = await ground.sh(script)
        return not result.ok and await used_bytes(ground.box.workspace) <= 1.1 * NARROW.disk_bytes

    return contained


async def _flood(ground: Field) -> bool:
    await ground.sh("mkdir d && cd d && seq 200000 | xargs touch; sleep 6")
    return len(os.listdir(ground.box.workspace / "d")) <= 1.1 * NARROW.disk_bytes / (16 << 10)


async def _folders(ground: Field) -> bool:
    await ground.py("import os\nos.mkdir('d')\nfor n in range(100_000): os.mkdir(f'd/{n}')", 8)
    return len(os.listdir(ground.box.workspace / "d")) <= 1.1 * NARROW.disk_bytes / (16 << 10)


async def _mapped(ground: Field) -> bool:
    result = await ground.py(MAPPED)
    return not result.ok and await used_bytes(ground.box.workspace) <= 1.1 * NARROW.disk_bytes


async def _full(ground: Field) -> bool:
    await ground.sh("for i in $(seq 60); do head -c 30M /dev/zero > $i; done")
    refused = not ground.known.disk
    try:
        await ground.box.write("more", bytes(8 << 20))
    except TellModel as error:
        refused = "full" in str(error)
    tidied = await ground.sh("rm -rf ./* && echo tidy")
    await ground.box.write("again", b"x")
    return refused and tidied.text == "tidy\n"


async def _hard_links(ground: Field) -> bool:
    result = await ground.sh(f"for f in /etc/passwd /usr/bin/env /bin/sh {ground.secret}; do ln $f x$RANDOM && echo LEAK; done")
    return "LEAK" not in result.text and not list(ground.box.workspace.iterdir())


async def _setuid(ground: Field) -> bool:
    """It belongs to who must not be root, and where there is a disk it does nothing on the host."""
    await ground.sh("cp /bin/bash s; chmod 6755 s; mkdir d; chmod 7777 d")
    owner = os.geteuid() if ground.box.uid is None else ground.box.uid
    inert = bool(os.statvfs(ground.box.workspace).f_flag & os.ST_NOSUID) or not ground.known.disk
    return (ground.box.workspace / "s").stat().st_uid == owner != 0 and inert


async def _links(ground: Field) -> bool:
    secret = ground.secret
    await ground.sh(
        f"ln -s {secret} a; ln -s a b; ln -s {secret.parent} c; mkdir d; ln -s ../../../../..{secret} d/e; mkfifo f;"
        f"ln -s /proc/self/root{secret} g; ln -s / h; ln {secret} i 2>/dev/null"
    )
    for path in (
        "a",
        "b",
        f"c/{secret.name}",
        "d/e",
        "f",
        "g",
        f"h{secret}",
        "i",
        "../spec.json",
        f"../../../{secret.name}",
        str(secret),
    ):
        with contextlib.suppress(TellModel):
            await asyncio.wait_for(ground.box.read(path), 5)
            return False
    return True


async def _written(ground: Field) -> bool:
    target = ground.secret.parent / "target"
    target.write_text("kept")
    await ground.sh(f"ln -s {target} a; ln -s {target.parent} b; mkdir c; ln -s {target} c/d")
    for path in ("a", f"b/{target.name}", "b/planted", "c/d", "../planted", str(target)):
        with contextlib.suppress(TellModel):
            await ground.box.write(path, b"overwritten")
    return target.read_text() == "kept" and not (target.parent / "planted").exists()


async def _archive(ground: Field) -> bool:
    name = f"climbed-{os.getpid()}"
    await ground.py(ZIP.replace("NAME", name))
    await ground.sh("python3 -m zipfile -e b.zip out")
    size = (ground.box.workspace / "out" / "big").stat().st_size
    return size <= NARROW.file_bytes and not os.path.exists(f"/tmp/{name}")


def _removed(script: str):
    async def contained(ground: Field) -> bool:
        other = await ground.another()
        ground.box, kept = other, ground.box
        await ground.sh(script)
        ground.box = kept
        with contextlib.suppress(WorldError):
            await other.destroy()
        return not other.workspace.parent.exists()

    return contained


async def _neighbour(ground: Field) -> bool:
    other = await ground.another()
    name = f"note-{marker()}"
    await other.write(name, SECRET.encode())
    seen = f"cat /tmp/{name} ../*/{name} {other.workspace}/{name}; find / -path /usr -prune -o -name '{name}' -print"
    result = await ground.sh(f"exec 2>/dev/null; {seen}; echo tried")
    return result.text == "tried\n"


async def _core(ground: Field) -> bool:
    await ground.sh("ulimit -c unlimited; bash -c 'kill -SEGV $$'; sleep 0.1")
    return not [name for name in os.listdir(ground.box.workspace) if "core" in name]
