"""Writing and mending a program by a model: one answer becomes one change of its files, or goes back with what is wrong."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from forgecrew.agents.act import parse_action
from forgecrew.agents.file_diff import diff_of
from forgecrew.agents.mend_prompt import mend_request, write_request
from forgecrew.core.code_attempt import CodeAttempt
from forgecrew.core.errors import LimitReached
from forgecrew.core.message import ModelRequest
from forgecrew.core.program import Program
from forgecrew.core.signals import TellModel
from forgecrew.core.workspace_path import workspace_path
from forgecrew.ports.chat_model import ChatModel
from forgecrew.ports.sandbox import Sandbox
from forgecrew.ports.tool import Tool

# Answers per attempt: a model that cannot give a usable block in so many will not.
TRIES = 3
FILE_BYTES_MAX = 512 << 10


@dataclass(frozen=True, slots=True)
class Mend:
    """A change by a model: its answers, the files after it, the diff, the tokens."""

    answer: str
    files: dict[str, str]
    diff: str
    prompt_tokens: int
    output_tokens: int


@dataclass(frozen=True, slots=True)
class Mender:
    """One model with the tools `edit` and `write`; it works in a sandbox that holds the program's files."""

    model: ChatModel
    tools: Mapping[str, Tool]

    async def mend(self, sandbox: Sandbox, program: Program, attempts: Sequence[CodeAttempt], goal: str = "") -> Mend:
        """A change after the last attempt. Raises LimitReached without a usable answer, ModelUnavailable to retry."""
        profile = await self.model.profile()
        contracts = "\n".join(self.tools[kind].contract for kind in ("edit", "write"))

        def ask(complaint: str) -> ModelRequest:
            return mend_request(program, attempts, contracts, profile, complaint, goal=goal)

        return await self._change(sandbox, program, dict(attempts[-1].files), ("edit", "write"), ask)

    async def write(self, sandbox: Sandbox, program: Program, goal: str) -> Mend:
        """The program itself. Raises as mend()."""
        profile = await self.model.profile()

        def ask(complaint: str) -> ModelRequest:
            return write_request(program, goal, self.tools["write"].contract, profile, complaint)

        return await self._change(sandbox, program, dict(program.files), ("write",), ask)

    async def _change(
        self, sandbox: Sandbox, program: Program, files: dict[str, str], kinds: Sequence[str],
        ask: Callable[[str], ModelRequest],
    ) -> Mend:  # fmt: skip
        answers: list[str] = []
        complaint, prompt_tokens, output_tokens = "", 0, 0
        for path, text in files.items():
            await sandbox.write(path, text.encode("utf-8", "replace"))
        for _ in range(TRIES):
            reply = await self.model.complete(ask(complaint))
            prompt_tokens, output_tokens = prompt_tokens + reply.prompt_tokens, output_tokens + reply.output_tokens
            answers.append(reply.text)
            try:
                after = await self._apply(sandbox, program, files, kinds, reply.text, reply.finish)
            except TellModel as problem:
                complaint = str(problem)
                answers.append(f"(not used: {complaint})")
                continue
            return Mend("\n\n".join(answers), after, diff_of(files, after), prompt_tokens, output_tokens)
        raise LimitReached(
            f"the model gave {TRIES} answers in a row that nothing could be done with; the last one: {complaint}"
        )

    async def _apply(
        self, sandbox: Sandbox, program: Program, files: Mapping[str, str], kinds: Sequence[str], answer: str, finish: str
    ) -> dict[str, str]:
        action = parse_action(answer, kinds, finish)
        path = workspace_path(action.argument)
        if program.tests and path == program.test_file:
            raise TellModel(f"{path} holds the tests: they are right and cannot be changed. Mend the program.")
        await self.tools[action.kind].run(sandbox, action)
        content = await sandbox.read(path, bytes_max=FILE_BYTES_MAX)
        after = {**files, path: content.decode("utf-8", "replace")}
        if after == dict(files):
            raise TellModel("that changes nothing: the file is already so")
        return after
