"""Decisions of a model that spoils three answers in ten."""

import pytest

from forgecrew.agents import schema
from forgecrew.agents.budgets import Budgets
from forgecrew.agents.context import Block
from forgecrew.agents.decide import Question, decide
from forgecrew.core.message import ModelReply, ModelRequest
from forgecrew.core.signals import AskHuman
from forgecrew.core.tokens import estimate_prompt
from forgecrew.integrations.ollama import chat_model as ollama
from forgecrew.integrations.openai_compatible import chat_model as openai_compatible
from forgecrew.ports.model_settings import ModelSettings
from tests.scripted_model import Corrupter, scripted_model

FORM = schema.flat(
    "Readiness",
    verdict=schema.one_of("ready", "not_ready", "declined"),
    kind=schema.one_of("bug", "feature"),
    reason=schema.text(300),
    questions=schema.texts(3, 200),
    urgent=schema.yes_no(),
)
BUDGETS = Budgets.for_window(4096)
QUESTION = Question(
    (Block("card", "x " * 5000, BUDGETS.card), Block("question", "Is it ready?", 100)), BUDGETS, "coder", "readiness"
)


class Scripted:
    """Answers in order and keeps the requests."""

    def __init__(self, *texts: str) -> None:
        self.texts = list(texts)
        self.requests: list[ModelRequest] = []

    async def __call__(self, request: ModelRequest) -> ModelReply:
        self.requests.append(request)
        return ModelReply(self.texts.pop(0), 10, 10, 0.0)


RIGHT = '{"verdict": "ready", "kind": "bug", "reason": "clear", "questions": [], "urgent": true}'
VALUE = {"verdict": "ready", "kind": "bug", "reason": "clear", "questions": [], "urgent": True}


@pytest.mark.parametrize("adapter", [openai_compatible, ollama])
async def test_at_least_99_of_100_decisions_are_valid(adapter: object) -> None:
    corrupter = Corrupter(seed=7)
    async with scripted_model(answer=corrupter) as server:
        url = server.url + ("/v1" if adapter is openai_compatible else "")
        model = adapter.connect(ModelSettings(url, "scripted"))  # type: ignore[attr-defined]
        valid = 0
        for _ in range(300):
            try:
                value = await decide(model.complete, QUESTION, FORM)
            except AskHuman:
                continue
            valid += (
                list(value) == list(FORM["properties"])
                and value["verdict"] in ("ready", "not_ready", "declined")
                and value["kind"] in ("bug", "feature")
                and isinstance(value["reason"], str)
                and isinstance(value["questions"], list)
                and value["urgent"] is True
            )
        await model.close()
    assert sum(corrupter.spoiled.values()) > 60
    assert all(corrupter.spoiled.values())
    assert valid >= 297


async def test_a_good_answer_takes_one_call() -> None:
    ask = Scripted(RIGHT)
    assert await decide(ask, QUESTION, FORM) == VALUE
    (request,) = ask.requests
    assert request.schema == FORM
    assert "Is it ready?" in request.messages[-1].content
    assert '"verdict": one of "ready", "not_ready", "declined"' in request.messages[-1].content


async def test_a_bad_field_is_told_and_asked_again() -> None:
    ask = Scripted(RIGHT.replace("ready", "perhaps"), RIGHT)
    assert await decide(ask, QUESTION, FORM) == VALUE
    assert "verdict must be one of ready, not_ready, declined" in ask.requests[1].messages[-1].content


async def test_what_is_still_missing_is_asked_field_by_field() -> None:
    ask = Scripted("no", '{"verdict": "ready", "reason": "clear", "questions": []}', '{"kind": "bug"}', "yes")
    assert await decide(ask, QUESTION, FORM) == VALUE
    assert [list(request.schema["properties"]) for request in ask.requests[2:] if request.schema] == [["kind"], ["urgent"]]


async def test_good_fields_of_the_first_answer_are_kept() -> None:
    ask = Scripted(RIGHT.replace('"bug"', '"x"'), '{"kind": "bug"}')
    assert await decide(ask, QUESTION, FORM) == VALUE


async def test_a_person_is_asked_at_the_end() -> None:
    with pytest.raises(AskHuman) as asked:
        await decide(Scripted("no", "never", "what?"), QUESTION, FORM)
    questions = asked.value.args[0]
    assert len(questions) == 3
    assert "verdict: ready, not_ready, declined?" in questions[0]
    with pytest.raises(AskHuman) as asked:
        await decide(Scripted(RIGHT.replace('"bug"', '"x"'), "no", "who knows", "maybe"), QUESTION, FORM)
    assert len(asked.value.args[0]) == 1


async def test_every_call_stays_inside_the_window() -> None:
    ask = Scripted("no", '{"questions": []}', "ready", "bug", "clear", "yes")
    await decide(ask, QUESTION, FORM)
    assert len(ask.requests) == 6
    for request in ask.requests:
        assert estimate_prompt(request.messages, request.schema) + request.output_tokens_max + BUDGETS.margin <= 4096
