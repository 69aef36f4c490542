from collections.abc import Sequence
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from forgecrew.memory.timeline import Slots, Telling, spans

from .telling import at

ids = st.lists(st.integers(1, 4), max_size=3, unique=True)
slots = st.dictionaries(st.sampled_from(["a", "b"]), ids, max_size=2)
told = st.fixed_dictionaries({}, optional={"whole": slots, "less": slots, "more": slots})
minutes = st.integers(0, 9)


def world(tellings: Sequence[tuple[int, Slots]], minute: int) -> set[tuple[str, int]]:
    """What holds at a minute, by doing everything told up to then, one after the other."""
    held: set[tuple[str, int]] = set()
    for _, one in sorted((one for one in tellings if one[0] <= minute), key=lambda one: one[0]):
        for kind, whole in one.get("whole", {}).items():
            held = {pair for pair in held if pair[0] != kind}
            held |= {(kind, dst) for dst in whole}
        held -= {(kind, dst) for kind, gone in one.get("less", {}).items() for dst in gone}
        held |= {(kind, dst) for kind, more in one.get("more", {}).items() for dst in more}
    return held


@settings(max_examples=500, deadline=None)
@given(st.lists(st.tuples(minutes, told), max_size=10), st.randoms())
def test_spans_tell_what_a_plain_model_tells(rows: list[tuple[int, Slots]], random: Random) -> None:
    given_order = [Telling(at(minute), f"{serial:03}", "state@1", one) for serial, (minute, one) in enumerate(rows)]
    shuffled = sorted(given_order, key=lambda _: random.random())
    found = spans(shuffled)
    assert found == spans(given_order)
    for minute in range(-1, 11):
        moment = at(minute)
        held = [(one.kind, one.dst) for one in found if one.since <= moment and (one.until is None or moment < one.until)]
        assert len(held) == len(set(held))
        assert set(held) == world(rows, minute)
