from forgecrew.kernel.pace import Pace


def test_events_that_come_fast_make_it_busy_until_they_no_longer_do() -> None:
    accepted = 0
    pace = Pace(lambda: accepted)
    assert not pace.busy(100.0)
    accepted += 24
    assert not pace.busy(100.1)
    accepted += 1
    assert pace.busy(100.15), "as many as of a second, in less"
    assert pace.busy(100.6), "25 in 0.6 seconds"
    assert pace.busy(100.9), "what the last half second was like counts until the next is over"
    assert not pace.busy(101.3), "none came since"


def test_a_few_events_after_a_long_time_are_not_fast() -> None:
    accepted = 0
    pace = Pace(lambda: accepted)
    accepted += 200
    assert not pace.busy(60.0)
    accepted += 5
    assert not pace.busy(60.6)
