"""Values of a form out of whatever a model wrote."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forgecrew.agents import schema
from forgecrew.agents.repair import read, read_bare
from forgecrew.core.json import Json

FORM = schema.flat(
    "Readiness",
    verdict=schema.one_of("ready", "not_ready"),
    reason=schema.text(20),
    questions=schema.texts(2, 10),
    urgent=schema.yes_no(),
    size=schema.number(),
)
GOOD: Json = {"verdict": "ready", "reason": "clear", "questions": ["a", "b"], "urgent": False, "size": 3}
RIGHT = '{"verdict": "ready", "reason": "clear", "questions": ["a", "b"], "urgent": false, "size": 3}'

READABLE = {
    "right": RIGHT,
    "fenced": f"Here:\n```json\n{RIGHT}\n```\nbye {{}}",
    "prose with braces before": f"I use {{x}} and {{\"a\": 1}}. {RIGHT}",
    "trailing comma": RIGHT.replace("3}", "3,}"),
    "single quotes": RIGHT.replace('"', "'"),
    "python words": RIGHT.replace("false", "False"),
    "unknown fields": RIGHT.replace("}", ', "extra": {"deep": 1}}'),
    "near misses": '{"verdict": "Ready.", "reason": ["clear"], "questions": ["a", "b", "c"], "urgent": "no", "size": "3"}',
    "not JSON": "verdict: ready\n**Reason**: clear\nquestions: a\n- urgent: no\nsize = 3",
    "cut in the last text": RIGHT[:-1].replace(', "size": 3', "").replace('"verdict"', '"size": 3, "verdict"'),
}  # fmt: skip


@pytest.mark.parametrize("name", READABLE)
def test_readable(name: str) -> None:
    good, bad = read(READABLE[name], FORM)
    assert bad == {}
    assert good == (GOOD | {"questions": ["a"]} if name == "not JSON" else GOOD)


@pytest.mark.parametrize(
    ("text", "bad"),
    [
        (RIGHT.replace("ready", "maybe"), {"verdict": "must be one of ready, not_ready"}),
        (RIGHT.replace("false", '"perhaps"'), {"urgent": "must be true or false"}),
        (RIGHT.replace("3}", "3.5}"), {"size": "must be a whole number"}),
        (RIGHT.replace('"clear"', '{"a": 1}'), {"reason": "must be text"}),
        (RIGHT.replace('["a", "b"]', '{"a": 1}'), {"questions": "must be a list of texts"}),
        (RIGHT.replace('"urgent": false, ', ""), {"urgent": "is missing"}),
        (
            '{"verdict": "ready", "reason": "cle',
            dict.fromkeys(["questions", "urgent", "size"], "is missing") | {"reason": "was cut off"},
        ),
    ],
)
def test_bad_fields_are_told_and_the_others_kept(text: str, bad: dict[str, str]) -> None:
    good, found = read(text, FORM)
    assert found == bad
    assert good == {name: value for name, value in GOOD.items() if name not in bad}


@pytest.mark.parametrize("text", ["", "null", "[]", "[1, 2]", "{}", "I think it is ready.", "{" * 2000, '{"answer": 42}', "\\"])
def test_nothing_usable(text: str) -> None:
    good, bad = read(text, FORM)
    assert good == {}
    assert set(bad) == set(GOOD)


def test_long_texts_are_cut() -> None:
    good, bad = read('{"reason": "' + "x" * 100 + '"}', schema.only(FORM, "reason"))
    assert good == {"reason": "x" * 20}
    assert not bad


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [("ready", "verdict", "ready"), ('"ready"', "verdict", "ready"), ("`no`", "urgent", False), ("maybe", "verdict", None),
     ("it is clear", "reason", "it is clear"), ('{"a": 1}', "reason", None), ("", "reason", None)],
)  # fmt: skip
def test_bare_values(text: str, field: str, value: object) -> None:
    assert read_bare(text, FORM["properties"][field]) == value


@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    good, bad = read(text, FORM)
    assert set(good) | set(bad) == set(GOOD)
    assert not set(good) & set(bad)


@given(st.text(alphabet='{}[]":, truefalsnq01\n\\', max_size=120))
def test_any_scrap_of_json_is_read(text: str) -> None:
    read(text, FORM)


def test_forms_are_small() -> None:
    with pytest.raises(ValueError, match="9 fields"):
        schema.flat("Big", **{f"field{number}": schema.yes_no() for number in range(9)})
    assert schema.flat("Small", a=schema.yes_no())["required"] == ["a"]
    described = schema.describe(FORM)
    assert '"verdict": one of "ready", "not_ready"' in described
    assert "at most 2 texts" in described
    assert len(described) < 400
