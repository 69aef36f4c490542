"""Asking a model for one decision in a fixed form, and getting it although models write it badly."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from forgecrew.agents.budgets import Budgets
from forgecrew.agents.context import Block, assemble
from forgecrew.agents.repair import read, read_bare
from forgecrew.agents.schema import describe, only
from forgecrew.core.json import Json
from forgecrew.core.message import ModelReply, ModelRequest
from forgecrew.core.signals import AskHuman
from forgecrew.core.tokens import CHARACTERS_PER_TOKEN

Ask = Callable[[ModelRequest], Awaitable[ModelReply]]

REMARK_CHARACTERS_MAX = 200
"""What a second call says about the first answer."""
FORMS_MIN, FORMS_MAX = 2, 3
"""The whole form is asked twice, and a third time when even then most of it is missing."""
SINGLE_FIELDS_MAX = 4
"""More bad fields than these are not asked one by one: the model does not manage the form."""
FIELD_TRIES = 2
QUESTIONS_MAX = 3


@dataclass(frozen=True, slots=True)
class Question:
    """What every call of one decision shares. The form is added to the block named `question`, which is never cut."""

    blocks: tuple[Block, ...]
    budgets: Budgets
    role: str
    purpose: str
    characters_per_token: float = CHARACTERS_PER_TOKEN
    temperature: float = 0.0
    timeout_seconds: float = 600.0

    def request(self, schema: Json, remark: str = "") -> ModelRequest:
        """The request for the schema, within the budget; `remark` is what was wrong before."""
        asked = next((block.text for block in self.blocks if block.name == "question"), "")
        text = "\n\n".join(part for part in (asked, describe(schema), remark) if part)
        blocks = [block for block in self.blocks if block.name != "question"]
        blocks.append(Block("question", text, self.budgets.window, "tail"))
        return ModelRequest(
            assemble(blocks, self.budgets, schema=schema, characters_per_token=self.characters_per_token),
            role=self.role,
            purpose=self.purpose,
            output_tokens_max=self.budgets.output,
            schema=schema,
            temperature=self.temperature,
            timeout_seconds=self.timeout_seconds,
        )


async def decide(ask: Ask, question: Question, schema: Json) -> Json:
    """An object that fits the schema (agents/schema.py): one call, mostly; at the worst three, and two for each of 4 fields.

    Raises AskHuman with ≤ 3 questions when the model cannot give the form; what `ask` raises goes through.
    """
    good: Json = {}
    missing: list[str] = []
    remark = ""
    for attempt in range(FORMS_MAX):
        if attempt >= FORMS_MIN and len(missing) <= SINGLE_FIELDS_MAX:
            break
        reply = await ask(question.request(schema, remark))
        found, bad = read(reply.text, schema)
        good |= found
        missing = [name for name in schema["properties"] if name not in good]
        if not missing:
            return _in_order(good, schema)
        remark = _remark(bad, schema)
    if len(missing) > SINGLE_FIELDS_MAX:
        raise AskHuman(_questions(question, schema, missing))
    for name in missing:
        value = await _one_field(ask, question, only(schema, name), name)
        if value is None:
            raise AskHuman(_questions(question, schema, [one for one in missing if one not in good]))
        good[name] = value
    return _in_order(good, schema)


async def _one_field(ask: Ask, question: Question, schema: Json, name: str) -> Any:
    """The value of the only field of the schema, also when the answer is the value itself; None when it is not given."""
    for _ in range(FIELD_TRIES):
        reply = await ask(question.request(schema, f'Only "{name}" is still needed.'))
        found, bad = read(reply.text, schema)
        value = read_bare(reply.text, schema["properties"][name]) if bad else found[name]
        if value is not None:
            return value
    return None


def _remark(bad: dict[str, str], schema: Json) -> str:
    names = ", ".join(schema["properties"])
    if len(bad) == len(schema["properties"]):
        remark = f"Your last answer did not have the form: answer with one JSON object with the fields {names}."
    else:
        problems = "; ".join(f"{name} {problem}" for name, problem in bad.items())
        remark = f"In your last JSON object {problems}."
    return remark if len(remark) <= REMARK_CHARACTERS_MAX else remark[: REMARK_CHARACTERS_MAX - 1] + "…"


def _questions(question: Question, schema: Json, missing: list[str]) -> tuple[str, ...]:
    asked: list[str] = []
    for name in missing[:QUESTIONS_MAX]:
        choices = schema["properties"][name].get("enum")
        tail = f": {', '.join(choices)}?" if choices else "?"
        asked.append(f"I could not decide this by myself ({question.purpose}). What is the {name.replace('_', ' ')}{tail}")
    return tuple(asked)


def _in_order(good: Json, schema: Json) -> Json:
    return {name: good[name] for name in schema["properties"]}
