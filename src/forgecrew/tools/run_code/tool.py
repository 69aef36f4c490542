"""The tool `run`: a short program of any language, without repair; the agent itself is the loop."""

from dataclasses import replace
from pathlib import Path

from forgecrew.core.action import Action, Observation
from forgecrew.core.clamp import clamp
from forgecrew.core.program import ENTRIES, LANGUAGES, Program
from forgecrew.core.signals import TellModel
from forgecrew.ports.sandbox import Sandbox
from forgecrew.ports.tool import Tool
from forgecrew.tools.run_code.run import run_program

OUTPUT_CHARACTERS_MAX = 6000
SCRATCH = ".git/run"
"""Out of sight of git and of what is handed over."""
ALIASES = {
    "py": "python", "python3": "python", "ts": "typescript", "js": "javascript", "node": "javascript", "sh": "shell",
    "bash": "shell", "c++": "cpp", "golang": "go", "rs": "rust",
}  # fmt: skip


def tool() -> Tool:
    """The runner of programs."""
    return RunCode()


class RunCode:
    """Kind `run`: the argument is the language, the body the program."""

    kind = "run"
    contract = Path(__file__).with_name("contract.md").read_text(encoding="utf-8").strip()

    async def run(self, sandbox: Sandbox, action: Action) -> Observation:
        """Exit status, the error with its place, the output. TellModel for a language that is not known."""
        word = action.argument.split()[0].lower() if action.argument.strip() else ""
        language = ALIASES.get(word, word)
        if language not in LANGUAGES:
            raise TellModel(f"{word or 'nothing'} is no language here. Write one after run: {', '.join(LANGUAGES)}")
        if not action.body.strip():
            raise TellModel("The run block is empty. Write the program between the fences.")
        entry = f"{SCRATCH}/{ENTRIES[language]}"
        done = await run_program(sandbox, Program(language, entry, {entry: action.body + "\n"}))
        error = replace(done.error, file=done.error.file.removeprefix(f"{SCRATCH}/")) if done.error else None
        status = "exit 0" if error is None else f"{error.kind} error: {error.message.splitlines()[0]}"
        if error is not None and error.line:
            status += f" ({error.file} line {error.line})"
        output = clamp(done.log.strip("\n"), OUTPUT_CHARACTERS_MAX)
        text = f"{status}\n{output}" if output.strip() else f"{status}, no output"
        return Observation(text, ok=error is None, changed=True, exit_code=done.exit_code)
