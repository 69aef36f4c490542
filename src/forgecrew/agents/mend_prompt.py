"""The prompt by which a program is written or mended: the error, its place, the file; fits a 4K window."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from forgecrew.agents.budgets import Budgets
from forgecrew.agents.context import Block, assemble
from forgecrew.core.clamp import clamp
from forgecrew.core.code_attempt import CodeAttempt
from forgecrew.core.message import ModelRequest
from forgecrew.core.model_profile import ModelProfile
from forgecrew.core.program import Program
from forgecrew.core.program_error import ProgramError

IDENTITY, MEND, WRITE = (
    part.partition("\n")[2].strip() if number else part.strip()
    for number, part in enumerate(Path(__file__).with_name("mend.md").read_text(encoding="utf-8").split("\n## "))
)
AROUND_LINES = 6
LOG_CHARACTERS_MAX = 1200
ROLE = "code"
"""Under this name settings may give code runs a model of their own."""


def mend_request(
    program: Program, attempts: Sequence[CodeAttempt], contracts: str, profile: ModelProfile, complaint: str = "", *,
    goal: str = "",
) -> ModelRequest:  # fmt: skip
    """Asks for one change of the last attempt's files. `complaint` is what was wrong with the answer before."""
    last = attempts[-1]
    error = last.error or ProgramError("exit", "it failed")
    budgets = Budgets.for_window(profile.window)
    question = MEND + (f"\n\nYour last answer could not be used: {complaint}" if complaint else "")
    blocks = [
        Block("identity", IDENTITY, budgets.identity),
        Block("tools", contracts, budgets.contract + budgets.tools),
        Block("card", _card(program, goal), budgets.card + budgets.memory // 3, "head"),
        Block("memory", _files(last.files, error), budgets.memory + budgets.plan),
        Block("history", _history(attempts), budgets.history, "tail"),
        Block("observations", _told(program, last, error), budgets.observations, "head"),
        Block("question", question, budgets.contract + budgets.memory // 3),
    ]
    return _request(blocks, "mend", budgets, profile)


def write_request(program: Program, goal: str, contract: str, profile: ModelProfile, complaint: str = "") -> ModelRequest:
    """Asks for the whole program."""
    budgets = Budgets.for_window(profile.window)
    question = WRITE.format(entry=program.entry, language=program.language)
    if complaint:
        question += f"\n\nYour last answer could not be used: {complaint}"
    blocks = [
        Block("identity", IDENTITY, budgets.identity),
        Block("tools", contract, budgets.contract + budgets.tools),
        Block("card", _card(program, goal), budgets.card + budgets.memory + budgets.observations, "head"),
        Block("question", question, budgets.contract + budgets.memory // 3),
    ]
    return _request(blocks, "write", budgets, profile)


def excerpt(text: str, line: int) -> str:
    """Numbered lines around one, which is marked."""
    lines = text.split("\n")
    first = max(0, line - 1 - AROUND_LINES)
    shown = enumerate(lines[first : line + AROUND_LINES], first + 1)
    return "\n".join(f"{'>' if number == line else ' '}{number:4}| {text}" for number, text in shown)


def _request(blocks: Sequence[Block], purpose: str, budgets: Budgets, profile: ModelProfile) -> ModelRequest:
    messages = assemble(blocks, budgets, characters_per_token=profile.characters_per_token)
    return ModelRequest(messages, role=ROLE, purpose=purpose, output_tokens_max=budgets.output)


def _card(program: Program, goal: str) -> str:
    parts = [f"Language: {program.language}. It starts with {program.test_file if program.tests else program.entry}."]
    if goal:
        parts.append(f"What it shall do:\n{goal}")
    if program.command:
        parts.append(f"It is run by: {program.command}")
    if program.tests:
        parts.append(f"The tests, {program.test_file}, which are right and cannot be changed:\n{program.tests}")
    if program.stdin:
        parts.append(f"It reads from standard input:\n{clamp(program.stdin, 600)}")
    if program.expected is not None:
        parts.append(f"It must print exactly:\n{clamp(program.expected, 900)}")
    return "\n".join(parts)


def _files(files: Mapping[str, str], error: ProgramError) -> str:
    """Whole files, the one with the error first."""
    names = sorted(files, key=lambda name: (name != error.file, name not in {frame.file for frame in error.frames}, name))
    return "\n".join(f"--- {name}\n{files[name]}" for name in names)


def _history(attempts: Sequence[CodeAttempt]) -> str:
    return "\n".join(
        f"attempt {attempt.number}: {attempt.error.message.splitlines()[0][:160]}" for attempt in attempts[:-1] if attempt.error
    )


def _told(program: Program, last: CodeAttempt, error: ProgramError) -> str:
    place = f" at {error.file} line {error.line}" if error.line else ""
    parts = [f"{error.kind} error{place}: {error.message}"]
    parts += [f"also: {other}" for other in error.others]
    if error.line and (
        text := program.everything.get(error.file) if error.file == program.test_file else last.files.get(error.file)
    ):
        parts.append(excerpt(text, error.line))
    if len(error.frames) > 1:
        parts.append("called from: " + " → ".join(f"{one.file}:{one.line} {one.function}".strip() for one in error.frames[:-1]))
    if error.kind in ("output", "exit", "crash", "assertion", "timeout", "limit"):
        parts.append(f"It printed:\n{clamp(last.log.strip(), LOG_CHARACTERS_MAX)}")
    return "\n".join(parts)
