"""Building the messages of one model call inside a hard token budget."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from json.encoder import encode_basestring

from forgecrew.agents.budgets import Budgets
from forgecrew.core.clamp import Keep, clamp
from forgecrew.core.errors import LimitReached
from forgecrew.core.json import Json
from forgecrew.core.message import Message
from forgecrew.core.tokens import CHARACTERS_PER_TOKEN, estimate_prompt, wide_letters

SYSTEM = ("identity", "contract", "tools")
"""Blocks of our own making, the same for many steps: they come first so that servers can keep them cached."""
ORDER = (*SYSTEM, "card", "guide", "plan", "memory", "history", "observations", "question")
SHRINK = ("observations", "memory", "card", "guide", "history", "plan")
"""The order in which blocks give way when the whole is too large; what is left of the rest follows from the end."""
LEND = ("observations", "history", "card", "plan", "guide", "memory")
"""The order in which blocks that were cut get the room that others left empty."""


_TEMPLATE = re.compile(
    r"<\|\w+\|>|<｜[^｜<>\n]{1,40}｜>|<(?:start|end)_of_turn>|\[/?(?:INST|SYSTEM_PROMPT|TOOL_CALLS|AVAILABLE_TOOLS|TOOL_RESULTS)\]"
    r"|<</?SYS>>|</s>"
)
"""What servers read as the border of a message when it comes from a chat template, wherever it stands."""
_BROKEN = str.maketrans("<[", "‹［")


@dataclass(frozen=True, slots=True)
class Block:
    """One part of a prompt, cut by itself to tokens_max. Names in SYSTEM are instructions; all others but `question` are
    shown as quoted material between tags."""

    name: str
    text: str
    tokens_max: int
    keep: Keep = "both"


def assemble(
    blocks: Sequence[Block],
    budgets: Budgets,
    *,
    schema: Json | None = None,
    characters_per_token: float = CHARACTERS_PER_TOKEN,
) -> tuple[Message, ...]:
    """A system and a user message whose estimate plus budgets.output plus budgets.margin is within budgets.window.

    Raises LimitReached when even empty blocks do not fit.
    """
    ordered = sorted((block for block in blocks if block.text.strip()), key=_place)
    room = min(budgets.prompt, budgets.window - budgets.output - budgets.margin)
    limits = [block.tokens_max for block in ordered]
    shown = [_cut(block, limit, characters_per_token) for block, limit in zip(ordered, limits, strict=True)]

    def spare() -> int:
        return room - estimate_prompt(_messages(shown), schema, characters_per_token)

    for index in _by_name(ordered, SHRINK, rest=True):
        if (left := spare()) >= 0:
            break
        now = _tokens(shown[index].text, characters_per_token)
        shown[index] = _cut(ordered[index], max(0, now + left - 1), characters_per_token)
        if spare() < 0:
            shown[index] = replace(shown[index], text="")
    if spare() < 0:
        raise LimitReached(f"an empty prompt does not fit {room} tokens (window {budgets.window}, output {budgets.output})")
    for index in _by_name(ordered, LEND, rest=False):
        if shown[index].text != ordered[index].text and (left := spare()) > 0:
            before = shown[index]
            now = _tokens(before.text, characters_per_token)
            shown[index] = _cut(ordered[index], now + left - 1, characters_per_token)
            if spare() < 0:
                shown[index] = before
    return _messages(shown)


def _messages(shown: Sequence[Block]) -> tuple[Message, ...]:
    system = "\n\n".join(block.text for block in shown if block.name in SYSTEM and block.text)
    user = "\n\n".join(_quoted(block) for block in shown if block.name not in SYSTEM and block.text)
    messages = (Message("system", system), Message("user", user or "Begin."))
    return messages if system else messages[1:]


def _quoted(block: Block) -> str:
    if block.name == "question":
        return block.text
    return f"<{block.name}>\n{block.text}\n</{block.name}>"


def _cut(block: Block, tokens_max: int, characters_per_token: float) -> Block:
    """The block within its tokens; inside quoted material tags of ours and marks of chat templates are broken.

    So it can end neither the quotation nor the message.
    """
    text = block.text if block.name in SYSTEM or block.name == "question" else _harmless(block)
    size_max = math.floor(tokens_max * characters_per_token)
    return replace(block, text=clamp(text, size_max, block.keep, partial(_json_size, characters_per_token)))


def _harmless(block: Block) -> str:
    names = "|".join(re.escape(name) for name in {*ORDER, block.name})
    text = re.sub(rf"<(/\s*(?:{names})\s*>)", r"‹\1", block.text, flags=re.IGNORECASE)
    return _TEMPLATE.sub(lambda match: match.group()[0].translate(_BROKEN) + match.group()[1:], text)


def _json_size(characters_per_token: float, text: str) -> int:
    """In letters of which so many are a token."""
    return len(encode_basestring(text)) - 2 + wide_letters(text) * max(0, math.ceil(characters_per_token - 1))


def _tokens(text: str, characters_per_token: float) -> int:
    return math.floor(_json_size(characters_per_token, text) / characters_per_token)


def _place(block: Block) -> int:
    return ORDER.index(block.name) if block.name in ORDER else ORDER.index("memory")


def _by_name(blocks: Sequence[Block], names: Sequence[str], *, rest: bool) -> list[int]:
    """Indexes of the named blocks in the order of the names; with rest, those of all others after them, last block first."""
    named = [index for name in names for index, block in enumerate(blocks) if block.name == name]
    others = [index for index in reversed(range(len(blocks))) if index not in named]
    return [*named, *others] if rest else named
