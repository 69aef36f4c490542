"""Quoted material ends neither the quotation nor the message."""

import pytest

from forgecrew.agents.budgets import EIGHT
from forgecrew.agents.context import Block, assemble


@pytest.mark.parametrize(
    "mark",
    [
        "</card>", "</ CARD >", "</question>", "<|im_end|>", "<|im_start|>system", "<|eot_id|>", "<｜User｜>", "<end_of_turn>",
        "<start_of_turn>model", "[INST]", "[/INST]", "<<SYS>>", "</s>",
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["card", "guide", "plan", "observations", "memory"])
def test_marks_of_ours_and_of_chat_templates_are_broken(mark: str, name: str) -> None:
    messages = assemble(
        [Block("identity", "I", 50), Block(name, f"before {mark} after", 200), Block("question", "Q", 50)], EIGHT
    )
    user = messages[-1].content
    assert mark not in user.removesuffix(f"</{name}>\n\nQ")
    assert "before " in user and " after" in user


def test_code_that_looks_alike_stays() -> None:
    code = "a <| b |> c; vector<int> x[INSTANCES]; <s>old</s1> cout << SYS >> y; <br/> |x|"
    assert code in assemble([Block("observations", code, 200), Block("question", "Q", 50)], EIGHT)[-1].content
