"""Going round in circles."""

import pytest

from forgecrew.agents.stuck import StuckWatch
from forgecrew.core.action import Action, Observation
from forgecrew.core.errors import LimitReached


def see(watch: StuckWatch, body: str, seen: str) -> str:
    return watch.see(Action("sh", "", body), Observation(seen))


def test_the_same_action_three_times() -> None:
    watch = StuckWatch()
    assert [see(watch, "ls", f"{n}") for n in range(2)] == ["", ""]
    assert "same action 3 times" in see(watch, "ls", "2")
    assert [see(watch, "ls", f"{n}") for n in range(2)] == ["", ""]
    with pytest.raises(LimitReached, match="stuck"):
        see(watch, "ls", "x")


def test_the_same_outcome_four_times_whatever_the_timing() -> None:
    watch = StuckWatch()
    assert [see(watch, f"try {n}", f"1 failed in 0.{n}1s") for n in range(3)] == [""] * 3
    assert "same outcome" in see(watch, "try 3", "1 failed in 1.2s")


def test_back_and_forth() -> None:
    watch = StuckWatch()
    assert [see(watch, body, str(n)) for n, body in enumerate(("a", "b", "a"))] == [""] * 3
    assert "back and forth" in see(watch, "b", "3")


def test_progress_is_not_a_circle() -> None:
    watch = StuckWatch()
    for number in range(50):
        assert see(watch, f"step {number % 5}", f"{number} passed") == ""
