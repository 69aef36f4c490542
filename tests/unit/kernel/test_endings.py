import pytest

from forgecrew.core.errors import ForgecrewError, LimitReached, ModelUnavailable
from forgecrew.core.outcome import Outcome
from forgecrew.core.signals import AskHuman
from forgecrew.kernel.endings import PAUSES_SECONDS, REASON_CHARACTERS_MAX, ending_of
from forgecrew.kernel.journal import JournalMismatch
from forgecrew.kernel.run_context import ATTEMPTS_MAX


def test_pauses_grow_until_the_attempts_are_used_up() -> None:
    pauses = [ending_of(ModelUnavailable("down"), attempt).postpone_seconds for attempt in range(1, ATTEMPTS_MAX + 1)]
    assert pauses == [*PAUSES_SECONDS, None]
    assert ending_of(ModelUnavailable("down"), ATTEMPTS_MAX).result.outcome is Outcome.BLOCKED


def test_a_journal_that_does_not_fit_is_begun_anew_at_once_but_not_for_ever() -> None:
    assert ending_of(JournalMismatch("other steps"), 1).postpone_seconds == 0
    assert ending_of(JournalMismatch("other steps"), ATTEMPTS_MAX).postpone_seconds is None


@pytest.mark.parametrize("error", [LimitReached("stopped: enough"), ModelUnavailable("down"), ValueError("x")])
def test_whoever_was_asked_to_stop_has_stopped(error: Exception) -> None:
    ending = ending_of(error, 1, stop_reason="enough")
    assert (ending.result.outcome, ending.result.reason, ending.postpone_seconds) == (Outcome.STOPPED, "enough", None)


def test_reasons_stay_short() -> None:
    assert len(ending_of(ForgecrewError("x" * 9000), 1).result.reason) == REASON_CHARACTERS_MAX
    assert ending_of(AskHuman(), 1).result.reason == ""
