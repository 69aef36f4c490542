"""Broken programs, ten of Python and ten of TypeScript, run and mended by a recorded model: how many become right, how soon.

    python -m benchmarks.repair --json
    python -m benchmarks.repair --record http://127.0.0.1:11434/v1 --model NAME   # answers of a real model, kept anew

Every program has a recording of its own in _repair_answers/; whatever it does not hold stops that program with a word.
"""

import argparse
import asyncio
import os
import shutil
import statistics
import sys
import tempfile
import time
import tomllib
from pathlib import Path
from typing import Any

from benchmarks._report import report
from forgecrew.agents.mend import Mender
from forgecrew.core.code_run import CodeOutcome, CodeRun
from forgecrew.core.ids import new_id
from forgecrew.core.moment import utc_now
from forgecrew.core.program import ENTRIES, Program
from forgecrew.core.sandbox import Profile, SandboxSpec
from forgecrew.integrations.bubblewrap.sandbox import backend
from forgecrew.integrations.openai_compatible.chat_model import connect as connect_server
from forgecrew.integrations.recorded.chat_model import connect as connect_recording
from forgecrew.integrations.recorded.recorder import record
from forgecrew.kernel.clean_sandboxes import CleanSandboxes
from forgecrew.kernel.code_queue import CodeQueue
from forgecrew.kernel.code_repair import CodeRepair
from forgecrew.kernel.code_worker import CodeWorker
from forgecrew.ports.chat_model import ChatModel
from forgecrew.ports.model_settings import ModelSettings
from forgecrew.store.database import Database
from forgecrew.store.migrate import upgrade
from forgecrew.store.queries import code_runs
from forgecrew.tools import edit_file, write_file

HERE = Path(__file__).parent
ANSWERS = HERE / "_repair_answers"
PROFILE = Profile(memory_bytes=1 << 30, cpu=2.0, wall_seconds=200.0)


def programs() -> list[tuple[str, Program]]:
    """Name and program, in the order of the file."""
    given: list[dict[str, Any]] = tomllib.loads((HERE / "_repair_programs.toml").read_text("utf-8"))["program"]
    found: list[tuple[str, Program]] = []
    for one in given:
        files = {path: text.lstrip("\n") for path, text in one.pop("files").items()}
        one["tests"] = one.get("tests", "").lstrip("\n")
        if "expected" in one:
            one["expected"] = one["expected"].lstrip("\n")
        found.append((one.pop("name"), Program(entry=ENTRIES[one["language"]], files=files, **one)))
    return found


def typescript() -> tuple[tuple[str, ...], str]:
    """Mounts and PATH with a compiler for TypeScript: this machine's, or one that npm brings into a scratch folder."""
    path = "/usr/local/bin:/usr/bin:/bin"
    if shutil.which("tsc", path=path):
        return (), path
    folder = Path(os.environ.get("FORGECREW_TYPESCRIPT", Path(tempfile.gettempdir()) / f"forgecrew-typescript-{os.getuid()}"))
    if not (folder / "node_modules/.bin/tsc").exists():
        import subprocess

        if not (npm := shutil.which("npm")) or not shutil.which("node", path=path):
            raise SystemExit("no node or npm here: apt-get install nodejs npm")
        folder.mkdir(parents=True, exist_ok=True)
        line = [
            npm,
            "install",
            "--prefix",
            str(folder),
            "--no-audit",
            "--no-fund",
            "--silent",
            "typescript@5.9",
            "@types/node@20",
        ]
        subprocess.run(line, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, cwd=folder)
    return (str(folder),), f"{folder}/node_modules/.bin:{path}"


def model_for(name: str, scratch: Path, options: argparse.Namespace) -> ChatModel:
    """The recording of a program, or a server whose answers are appended to it."""
    file = ANSWERS / f"{name}.jsonl"
    if options.record:
        return record(connect_server(ModelSettings(url=options.record, name=options.model, window=4096)), file)
    return connect_recording(ModelSettings(url=f"file://{file}?state={scratch / name}", name="recorded", window=4096))


async def measure(options: argparse.Namespace) -> dict[str, float]:
    """All programs one after the other, each through the queue that `work` uses."""
    chosen = [(name, program) for name, program in programs() if not options.only or name in options.only]
    mounts, path = typescript()
    ended: list[CodeRun] = []
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="forgecrew-repair-") as scratch:
        folder = Path(scratch)
        url = f"sqlite:///{folder / 'repair.sqlite'}"
        await upgrade(url)
        database, sandboxes = Database(url), backend(folder / "sandboxes")
        tools = {one.kind: one for one in (edit_file.tool(), write_file.tool())}
        for name, program in chosen:
            model = model_for(name, folder, options)
            queue = CodeQueue(database, "benchmark")
            spec = SandboxSpec("code", profile=PROFILE, mounts=mounts, path=path)
            repair = CodeRepair(queue, CleanSandboxes(sandboxes, spec), lambda model=model: Mender(model, tools))
            worker = CodeWorker(queue, repair, sandboxes, utc_now)
            run = CodeRun(new_id(), program)
            async with database.write() as connection:
                await code_runs.create(connection, run)
            await worker.round()
            await worker.idle()
            await model.close()
            async with database.read() as connection:
                found = await code_runs.get(connection, run.id)
            assert found is not None and found.outcome is not None
            ended.append(found)
            told = f"{name:15} {found.outcome.value:10} attempts {len(found.attempts)}  {found.reason}"
            print(told, file=sys.stderr, flush=True)
        await sandboxes.reap(keep=())
        await database.close()
    return figures(ended, time.monotonic() - began)


def figures(ended: list[CodeRun], seconds: float) -> dict[str, float]:
    """`kept` counts runs whose every attempt has its files and its log, and after the first its answer and diff."""
    counts = [len(run.attempts) for run in ended]
    whole = [
        run for run in ended
        if [one.number for one in run.attempts] == list(range(1, len(run.attempts) + 1))
        and all(one.files and one.ended_at and (one.log or one.error or one is run.attempts[-1]) for one in run.attempts)
        and all(one.answer and one.diff for one in run.attempts[1:])
    ]  # fmt: skip
    return {
        "programs": len(ended), "repaired": sum(run.outcome is CodeOutcome.REPAIRED for run in ended),
        "attempts_mean": round(statistics.fmean(counts), 2), "attempts_max": max(counts), "kept": len(whole),
        "prompt_tokens_max": max((one.prompt_tokens for run in ended for one in run.attempts), default=0),
        "seconds": round(seconds, 1),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--record", default="", metavar="URL", help="server whose answers are kept as new recordings")
    parser.add_argument("--model", default="", help="name of the model on that server")
    parser.add_argument("--only", nargs="*", default=[], metavar="NAME", help="only these programs")
    options = parser.parse_args()
    found = asyncio.run(measure(options))
    report("repair", found, {}, options.json)


if __name__ == "__main__":
    main()
