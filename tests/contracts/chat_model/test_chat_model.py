"""What every chat model promises."""

import pytest

from forgecrew.agents import schema
from forgecrew.core.errors import LimitReached
from forgecrew.core.message import Message, ModelRequest
from tests.contracts.chat_model.conftest import WINDOW, Bench

FORM = schema.flat("Readiness", verdict=schema.one_of("ready", "not_ready"), reason=schema.text(100))


def asking(text: str = "do it", **fields: object) -> ModelRequest:
    fields = {"role": "coder", "purpose": "edit", "output_tokens_max": 200} | fields
    return ModelRequest((Message("system", "you are a coder"), Message("user", text)), **fields)  # type: ignore[arg-type]


async def test_an_answer_comes_whole_and_in_pieces(bench: Bench) -> None:
    said = 'Zeile 1\n```sh\necho "grüß \u2028 dich" 🙂\n```\n'
    bench.say(said)
    pieces: list[str] = []
    reply = await bench.model.complete(asking(), pieces.append)
    assert reply.text == said
    assert "".join(pieces) == said
    assert reply.finish == "stop"
    assert reply.prompt_tokens > 0
    assert reply.output_tokens > 0
    assert reply.seconds >= 0


async def test_a_form_is_answered(bench: Bench) -> None:
    bench.say('{"verdict": "ready", "reason": "it is clear"}', schema=True)
    reply = await bench.model.complete(asking(schema=FORM))
    assert reply.text == '{"verdict": "ready", "reason": "it is clear"}'


async def test_an_answer_that_was_cut_says_so(bench: Bench) -> None:
    bench.say("half a sent", finish="length")
    assert (await bench.model.complete(asking())).finish == "length"


async def test_what_does_not_fit_the_window_is_not_sent(bench: Bench) -> None:
    bench.say("never")
    with pytest.raises(LimitReached, match=rf"200 .*{WINDOW}"):
        await bench.model.complete(asking("x" * 4 * WINDOW))
    with pytest.raises(LimitReached):
        await bench.model.complete(asking(output_tokens_max=WINDOW))
    assert bench.asked() == 0


async def test_the_profile_is_the_same_twice(bench: Bench) -> None:
    profile = await bench.model.profile()
    assert profile == await bench.model.profile()
    assert profile.window == WINDOW
    assert profile.characters_per_token > 1


async def test_close_twice_is_fine(bench: Bench) -> None:
    await bench.model.close()
    await bench.model.close()


async def test_requests_in_order(bench: Bench) -> None:
    bench.say("one", "two", "three")
    assert [(await bench.model.complete(asking(f"{n}"))).text for n in range(3)] == ["one", "two", "three"]
    assert bench.asked() == 3


async def test_halves_of_characters_do_not_stop_it(bench: Bench) -> None:
    bench.say("fine")
    assert (await bench.model.complete(asking("a broken \ud83d character"))).text == "fine"
