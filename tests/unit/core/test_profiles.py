"""The ladder of profiles."""

import itertools
from dataclasses import asdict

from hypothesis import given
from hypothesis import strategies as st

from forgecrew.core.profiles import BROWSER, HEAVY, LIGHT, MEDIUM, PROFILES, STEPS, Ladder, capped
from forgecrew.core.sandbox import Profile

PROFILE = st.builds(
    Profile, name=st.sampled_from(["a", "b"]), memory_bytes=st.integers(1 << 20, 1 << 34), cpu=st.floats(0.1, 64),
    pids=st.integers(1, 9999), wall_seconds=st.floats(1, 9999), disk_bytes=st.integers(1, 1 << 40),
)  # fmt: skip


def test_every_step_is_larger_than_the_one_before() -> None:
    assert Ladder.of(STEPS).steps == STEPS == (LIGHT, MEDIUM, HEAVY)
    assert set(PROFILES) == {"light", "medium", "heavy", "browser"}
    for low, high in ((LIGHT, MEDIUM), (MEDIUM, HEAVY)):
        assert all(asdict(high)[name] >= value for name, value in asdict(low).items() if name != "name")


@given(st.lists(PROFILE, min_size=1, max_size=5))
def test_a_ladder_never_goes_down_whatever_settings_say(profiles: list[Profile]) -> None:
    steps = Ladder.of(profiles).steps
    assert [one.name for one in steps] == [one.name for one in profiles]
    for low, high in itertools.pairwise(steps):
        assert all(asdict(high)[name] >= value for name, value in asdict(low).items() if name != "name")


def test_steps_are_found_by_name() -> None:
    ladder = Ladder.of(STEPS)
    assert ladder.above("light") == MEDIUM and ladder.above("heavy") is None and ladder.above("browser") is None
    assert ladder.top == HEAVY and ladder.index("browser") == -1


@given(st.integers(1 << 20, 1 << 40), st.integers(1, 256))
def test_a_machine_bounds_every_profile_and_keeps_a_part(memory_bytes: int, cores: int) -> None:
    for one in (*STEPS, BROWSER):
        found = capped(one, memory_bytes=memory_bytes, cores=cores)
        assert found.cpu <= cores and found.memory_bytes <= max(memory_bytes * 3 // 4, 64 << 20)
        assert found.memory_bytes <= one.memory_bytes
