"""Running again with more: when, and what is said."""

from forgecrew.core.command import Reason, Result
from forgecrew.core.profiles import HEAVY, LIGHT, MEDIUM, STEPS, Ladder
from forgecrew.core.sandbox import Profile
from forgecrew.kernel.climbing import Advice, advise

LADDER = Ladder.of(STEPS)
TESTS, OWN = ("sh", "-c", "pytest -q"), ("sh", "-c", "python3 x.py")


def ask(
    reason: Reason, profile: Profile = LIGHT, *, wall: float = 5.0, cpu: float = 1.0, argv: tuple[str, ...] = TESTS,
    steps: int = 0, left: float | None = 100.0,
) -> Advice:  # fmt: skip
    result = Result(1, reason, b"", wall_seconds=wall, cpu_seconds=cpu)
    return advise(result, profile, LADDER, argv=argv, steps=steps, seconds_left=left)


def test_out_of_memory_processes_or_disk_is_run_again_one_step_up() -> None:
    reasons: tuple[Reason, ...] = ("oom", "pids", "disk")
    for reason in reasons:
        found = ask(reason)
        assert (found.again, found.counts) == (MEDIUM, True)
        assert "light (256 MiB" in found.note and "run again with medium (1024 MiB" in found.note
        assert ask(reason, MEDIUM).again == HEAVY


def test_plain_failures_and_floods_are_left_alone() -> None:
    reasons: tuple[Reason, ...] = ("exit", "output", "killed", "lost", "cpu")
    for reason in reasons:
        assert ask(reason) == Advice()


def test_a_timeout_at_work_climbs_and_a_hang_is_told() -> None:
    assert ask("timeout", wall=20, cpu=9.5).again == MEDIUM
    hang = ask("timeout", wall=20, cpu=0.1)
    assert hang.again is None and not hang.counts and "It used 1% of its processor time" in hang.note
    assert ask("timeout", wall=20, cpu=5) == Advice(), "half busy is neither"
    assert ask("timeout", wall=20, cpu=0) == Advice(), "nothing was measured"


def test_at_most_two_steps_of_a_task() -> None:
    assert ask("oom", steps=1).again == MEDIUM
    found = ask("oom", steps=2)
    assert found.again is None and not found.counts and "given more twice" in found.note


def test_the_top_says_so() -> None:
    found = ask("oom", HEAVY)
    assert found.again is None and not found.counts and "largest profile, heavy" in found.note


def test_what_may_have_changed_files_is_not_run_again_but_told() -> None:
    found = ask("oom", argv=OWN)
    assert found.again is None and found.counts
    assert "not run again: the next try has medium" in found.note


def test_without_time_left_it_is_not_run_again() -> None:
    found = ask("timeout", MEDIUM, wall=120, cpu=119, left=0)
    assert found.again is None and found.counts and "the next try has heavy" in found.note
    assert ask("timeout", MEDIUM, wall=120, cpu=119, left=200).again == HEAVY
    assert ask("timeout", MEDIUM, wall=120, cpu=119, left=None).again == HEAVY
