"""The choice of a profile by what commands used."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forgecrew.core.command import Reason, Result
from forgecrew.core.command_use import DOWN_RUNS, KEPT, CommandUse, choose, hangs, larger, p95, remembered, too_small
from forgecrew.core.profiles import HEAVY, LIGHT, MEDIUM, STEPS, Ladder

LADDER = Ladder.of(STEPS)
MIB = 1 << 20
REASONS: list[Reason] = ["exit", "timeout", "oom", "pids", "cpu", "disk", "output", "killed", "lost"]
USES = st.builds(
    CommandUse, profile=st.sampled_from(["light", "medium", "heavy", "gone"]), reason=st.sampled_from(REASONS),
    memory_bytes=st.integers(0, 5 << 30), wall_seconds=st.floats(0, 900), cpu_seconds=st.floats(0, 1800),
)  # fmt: skip


def use(profile: str = "medium", reason: Reason = "exit", mib: int = 50, wall: float = 1.0, cpu: float = 0.5) -> CommandUse:
    return CommandUse(profile, reason, mib * MIB, wall, cpu)


def test_nothing_known_begins_with_the_weight_of_the_task() -> None:
    assert choose(LADDER, MEDIUM, []) == MEDIUM
    assert choose(LADDER, MEDIUM, [use("a profile of before")]) == MEDIUM


@pytest.mark.parametrize("reason", ["oom", "pids", "disk"])
def test_what_was_too_small_begins_one_step_higher(reason: Reason) -> None:
    assert choose(LADDER, MEDIUM, [use("light", reason)]) == MEDIUM
    assert choose(LADDER, MEDIUM, [use("heavy", reason)]) == HEAVY


def test_a_timeout_at_work_begins_higher_and_a_hang_needs_only_its_time() -> None:
    assert choose(LADDER, MEDIUM, [use("light", "timeout", wall=8, cpu=3.9)]) == MEDIUM
    assert choose(LADDER, MEDIUM, [use("light", "timeout", wall=8, cpu=0.1)]) == LIGHT


def test_there_is_room_for_one_and_a_half_times_the_peak() -> None:
    assert choose(LADDER, LIGHT, [use("light", mib=170)]) == LIGHT
    assert choose(LADDER, LIGHT, [use("light", mib=171)]) == MEDIUM
    assert choose(LADDER, LIGHT, [use("light", mib=50, wall=14)]) == MEDIUM
    assert choose(LADDER, LIGHT, [use("light", mib=50, wall=2, cpu=7)]) == MEDIUM


def test_ten_idle_runs_go_one_step_down() -> None:
    assert choose(LADDER, MEDIUM, [use("heavy")] * (DOWN_RUNS - 1)) == HEAVY
    assert choose(LADDER, MEDIUM, [use("heavy")] * DOWN_RUNS) == MEDIUM
    assert choose(LADDER, MEDIUM, [use("medium")] * DOWN_RUNS) == LIGHT
    assert choose(LADDER, MEDIUM, [use("medium", mib=500)] + [use("medium")] * (DOWN_RUNS - 1)) == MEDIUM


def test_what_was_not_measured_never_goes_down() -> None:
    assert choose(LADDER, MEDIUM, [use("medium", mib=0)] * 40) == MEDIUM


def test_runs_that_are_idle_here_but_do_not_fit_below_stay() -> None:
    assert choose(LADDER, MEDIUM, [use("medium", wall=40)] * 20) == MEDIUM


@given(st.lists(USES, max_size=60), st.sampled_from(STEPS))
def test_the_choice_is_always_a_step_with_room_for_the_peak_when_there_is_one(past: list[CommandUse], weight: object) -> None:
    found = choose(LADDER, weight, past)  # type: ignore[arg-type]
    assert found in STEPS
    if past and past[-1].profile in ("light", "medium", "heavy"):
        assert found == HEAVY or found.memory_bytes >= 1.5 * p95([one.memory_bytes for one in past])
        assert LADDER.index(found.name) >= LADDER.index(past[-1].profile) - 1


@given(USES)
def test_a_failure_and_a_flood_never_climb_and_nothing_hangs_and_is_too_small(one: CommandUse) -> None:
    for profile in STEPS:
        if one.reason in ("exit", "output", "killed", "lost", "cpu"):
            assert not too_small(one, profile) and not hangs(one, profile)
        assert not (too_small(one, profile) and hangs(one, profile))
        if one.reason == "timeout" and one.cpu_seconds == 0:
            assert not too_small(one, profile) and not hangs(one, profile), "nothing was measured"


def test_the_next_larger_has_more_of_what_was_short() -> None:
    flat = Ladder.of([LIGHT, replace(MEDIUM, memory_bytes=LIGHT.memory_bytes), HEAVY])
    assert larger(flat, LIGHT, "oom") == HEAVY
    assert larger(flat, LIGHT, "pids") == flat.steps[1]
    assert larger(flat, HEAVY, "oom") is None
    only = Ladder.of([LIGHT, replace(LIGHT, name="same")])
    assert larger(only, LIGHT, "oom") is None


def test_of_a_result() -> None:
    result = Result(None, "timeout", b"", wall_seconds=20.0, cpu_seconds=9.0, peak_memory_bytes=5)
    found = CommandUse.of(result, LIGHT)
    assert found == CommandUse("light", "timeout", 5, 20.0, 9.0)
    assert found.cpu_share(LIGHT) == pytest.approx(0.9) and too_small(found, LIGHT)


@given(st.lists(st.floats(0, 1e9), min_size=1, max_size=200))
def test_p95_is_one_of_the_values_and_few_are_above(values: list[float]) -> None:
    found = p95(values)
    assert found in values and sum(value > found for value in values) <= 0.05 * len(values)


def test_only_the_last_runs_are_remembered() -> None:
    assert remembered([use(mib=1)] * 60, [use(mib=2)]) == [use(mib=1)] * (KEPT - 1) + [use(mib=2)]
