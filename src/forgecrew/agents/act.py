"""Reading one action out of a model's free answer."""

import re
import textwrap
from collections.abc import Sequence

from forgecrew.agents.fences import Fence, closing, fences
from forgecrew.core.action import Action
from forgecrew.core.signals import TellModel

THOUGHT_CHARACTERS_MAX = 400
ALIASES = {
    **dict.fromkeys(("sh", "bash", "shell", "zsh", "dash", "console", "terminal", "run_shell"), "sh"),
    **dict.fromkeys(("edit", "edit_file", "search_replace"), "edit"),
    **dict.fromkeys(("write", "write_file", "create", "create_file"), "write"),
    **dict.fromkeys(("done", "finish", "finished", "submit"), "done"),
}
PYTHON = ("python", "python3", "py")
FORMS = {
    "sh": "```sh\n<commands>\n```",
    "edit": "```edit <path>\n<SEARCH/REPLACE blocks>\n```",
    "write": "```write <path>\n<whole file>\n```",
    "done": "```done\n<notes>\n```",
}
WITH_PATH = ("edit", "write")


def parse_action(text: str, allowed: Sequence[str], finish: str = "stop") -> Action:
    """The first block whose kind is allowed; the prose before it is the thought, further blocks are counted in `ignored`.

    Raises TellModel (≤ 200 characters) that shows the form when there is no such block, when a path is missing, or when
    the answer was cut (finish "length") before the block ended.
    """
    lines = [line.rstrip("\r") for line in text.split("\n")]
    openers = [fence for fence in fences(lines) if fence.word]
    known = [(fence, kind) for fence in openers if (kind := _kind(fence.word, allowed))]
    if not known:
        raise TellModel(_complaint(openers, allowed))
    fence, kind = known[0]
    argument = _argument(fence.rest)
    if kind == "sh" and (inline := re.fullmatch(r"(.+?)\s*[`~]{3,}", argument)):
        return Action(kind, "", inline[1], _thought(lines, fence), _after(known, fence.line))
    end = closing(lines, fence, kind, [other.line for other, _ in known])
    if end is None and finish == "length":
        raise TellModel(
            f"Your answer was cut at its length limit inside the {kind} block; nothing was done. Do it in smaller parts."
        )
    body = _body(lines[fence.line + 1 : end], fence.indent)
    if kind in WITH_PATH and not argument:
        raise TellModel(f"The path is missing after `{kind}`. Form:\n{FORMS[kind]}")
    if kind == "sh" and argument:
        body, argument = (body or argument), ""
    ignored = 0 if end is None else _after(known, end)
    return Action(kind, argument, body, _thought(lines, fence), ignored)


def _kind(word: str, allowed: Sequence[str]) -> str:
    word = word.lower()
    kind = word if word in allowed else ALIASES.get(word, "")
    return kind if kind in allowed else ""


def _argument(rest: str) -> str:
    text = rest.strip()
    text = re.sub(r"^(?:path|file)\s*[=:]\s*", "", text)
    return text.lstrip(":").strip().strip("'\"`").strip()


def _body(lines: Sequence[str], indent: str) -> str:
    if indent and all(not line.strip() or line.startswith(indent) for line in lines):
        lines = [line.removeprefix(indent) for line in lines]
    return "\n".join(lines)


def _thought(lines: Sequence[str], fence: Fence) -> str:
    prose = "\n".join(lines[: fence.line]).strip()
    return prose if len(prose) <= THOUGHT_CHARACTERS_MAX else prose[: THOUGHT_CHARACTERS_MAX - 1] + "…"


def _after(known: Sequence[tuple[Fence, str]], line: int) -> int:
    return sum(1 for fence, _ in known if fence.line > line)


def _complaint(openers: Sequence[Fence], allowed: Sequence[str]) -> str:
    words = [fence.word.lower() for fence in openers]
    if "sh" in allowed and any(word in PYTHON for word in words):
        return "A python block is not run. Put it into a sh block:\n```sh\npython3 - <<'END'\n<code>\nEND\n```"
    first = next((kind for kind in allowed if kind in FORMS), "sh")
    form = FORMS[first]
    kinds = ", ".join(allowed)
    if words:
        named = textwrap.shorten(words[0], 24, placeholder="…")
        return f"There is no block of kind {named!r}. Kinds: {kinds}. Form:\n{form}"[:200]
    return f"No block was found. Answer with one fenced block; kinds: {kinds}. Form:\n{form}"[:200]
