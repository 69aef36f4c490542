"""Replaying recorded answers across restarts and processes, and recording them."""

import asyncio
import json
import multiprocessing
from pathlib import Path

import pytest

from forgecrew.core.errors import ConfigError, RefusedError
from forgecrew.core.message import Message, ModelRequest
from forgecrew.integrations.openai_compatible import chat_model as openai_compatible
from forgecrew.integrations.recorded import chat_model
from forgecrew.integrations.recorded.recorder import record
from forgecrew.ports.model_settings import ModelSettings
from tests.scripted_model import Turn, scripted_model


def asking(text: str, role: str = "coder", purpose: str = "edit") -> ModelRequest:
    return ModelRequest((Message("user", text),), role=role, purpose=purpose, output_tokens_max=100)


def recording(folder: Path, *answers: tuple[str, str, str]) -> ModelSettings:
    path = folder / "answers.jsonl"
    lines = [json.dumps({"role": role, "purpose": purpose, "schema": False, "text": text}) for role, purpose, text in answers]
    path.write_text("\n".join(lines))
    return ModelSettings(str(path), "")


async def text(settings: ModelSettings, request: ModelRequest) -> str:
    """From a new adapter each time, as after a restart."""
    return (await chat_model.connect(settings).complete(request)).text


async def test_the_same_request_gets_the_same_answer_and_a_new_one_the_next(tmp_path: Path) -> None:
    settings = recording(tmp_path, ("coder", "edit", "1"), ("reviewer", "read", "r1"), ("coder", "edit", "2"))
    assert await text(settings, asking("a")) == "1"
    assert await text(settings, asking("a")) == "1"
    assert await text(settings, asking("diff", "reviewer", "read")) == "r1"
    assert await text(settings, asking("b")) == "2"
    assert await text(settings, asking("a")) == "1"


async def test_another_state_folder_is_another_replay(tmp_path: Path) -> None:
    settings = recording(tmp_path, ("coder", "edit", "1"), ("coder", "edit", "2"))
    for name in ("one", "two with space"):
        url = f"file://{settings.url}?state={tmp_path / name}"
        assert await text(ModelSettings(url, ""), asking("a")) == "1"
        assert await text(ModelSettings(url, ""), asking("b")) == "2"
    assert not (tmp_path / "answers.jsonl.state").exists()


async def test_what_does_not_fit_is_told_loudly_and_takes_nothing(tmp_path: Path) -> None:
    settings = recording(tmp_path, ("coder", "edit", "1"))
    with pytest.raises(RefusedError, match=r"DOES NOT FIT: coder asked for 'plan'.* is for 'edit'"):
        await text(settings, asking("a", purpose="plan"))
    assert await text(settings, asking("a")) == "1"
    with pytest.raises(RefusedError, match=r"HAS ENDED: coder asked for 'edit'.* only 1 answers"):
        await text(settings, asking("b"))
    with pytest.raises(RefusedError, match="HAS ENDED: triager"):
        await text(settings, asking("b", role="triager"))
    assert await text(settings, asking("a")) == "1"


async def test_a_state_file_torn_by_a_crash_is_mended(tmp_path: Path) -> None:
    settings = recording(tmp_path, ("coder", "edit", "1"), ("coder", "edit", "2"))
    await text(settings, asking("a"))
    state = tmp_path / "answers.jsonl.state"
    state.write_bytes(state.read_bytes() + b"coder 12ab")
    assert await text(settings, asking("b")) == "2"
    assert await text(settings, asking("a")) == "1"
    assert state.read_text().count("\n") == 2


def take_all(settings: ModelSettings, names: list[str]) -> dict[str, str]:
    async def go() -> dict[str, str]:
        return {name: await text(settings, asking(name)) for name in names}

    return asyncio.run(go())


def test_processes_agree(tmp_path: Path) -> None:
    names = [f"request {number}" for number in range(40)]
    settings = recording(tmp_path, *(("coder", "edit", str(number)) for number in range(40)))
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        first, second = pool.starmap(take_all, [(settings, names), (settings, names[::-1])])
    assert first == second
    assert sorted(first.values(), key=int) == [str(number) for number in range(40)]


@pytest.mark.parametrize("content", ["not json", '{"role": "coder"}', "[1]"])
async def test_a_wrong_recording_is_told_with_its_line(tmp_path: Path, content: str) -> None:
    path = tmp_path / "wrong.jsonl"
    path.write_text(f"\n{content}\n")
    with pytest.raises(ConfigError, match="line 2"):
        await chat_model.connect(ModelSettings(str(path), "")).profile()
    with pytest.raises(ConfigError, match="cannot be read"):
        await chat_model.connect(ModelSettings(str(tmp_path / "absent"), "")).profile()


async def test_what_is_recorded_can_be_replayed(tmp_path: Path) -> None:
    path = tmp_path / "made" / "answers.jsonl"
    async with scripted_model() as server:
        server.turns.extend([Turn("one"), Turn("two"), Turn("three", finish="length")])
        model = openai_compatible.connect(ModelSettings(server.url + "/v1", "scripted"))
        recorder = record(model, path)
        said = [await recorder.complete(asking(name)) for name in ("a", "b", "a", "c")]
        assert [reply.text for reply in said] == ["one", "two", "one", "three"]
        assert len(server.requests) == 3
        await recorder.close()
    replay = chat_model.connect(ModelSettings(str(path), ""))
    again = [await replay.complete(asking(name)) for name in ("a", "b", "a", "c")]
    assert [(reply.text, reply.finish) for reply in again] == [(reply.text, reply.finish) for reply in said]
    # The recorded count may be of an older wording: what is sent now is counted too.
    assert again[1].prompt_tokens >= said[1].prompt_tokens
