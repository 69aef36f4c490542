"""How a run ends that did not end by itself: each kind of error has an outcome, and the world being down is tried again."""

import logging
from typing import cast

from forgecrew.core.errors import ConfigError, LimitReached, RefusedError, WorldError
from forgecrew.core.outcome import Outcome, RunResult
from forgecrew.core.signals import AskHuman
from forgecrew.kernel.ending import Ending
from forgecrew.kernel.journal import JournalMismatch
from forgecrew.kernel.run_context import ATTEMPTS_MAX

PAUSES_SECONDS = (15.0, 60.0, 240.0, 900.0)
"""Pauses before the second, third … attempt at a task while the world is down."""
REASON_CHARACTERS_MAX = 500

log = logging.getLogger(__name__)


def ending_of(error: Exception, attempts: int, *, stop_reason: str = "") -> Ending:
    """How a run ends whose procedure raised; `attempts` counts the starts of its task, this one with them."""
    if stop_reason:
        return Ending(RunResult(Outcome.STOPPED, _short(stop_reason)))
    if isinstance(error, WorldError | JournalMismatch):
        return _again(error, attempts)
    if isinstance(error, AskHuman):
        return Ending(RunResult(Outcome.ASKED, _short(_questions(error))))
    if isinstance(error, LimitReached | RefusedError | ConfigError):
        return Ending(RunResult(Outcome.BLOCKED, _short(str(error))))
    log.error("a run failed", exc_info=error)
    return Ending(RunResult(Outcome.FAILED, _short(f"{type(error).__name__}: {error}")))


def _again(error: Exception, attempts: int) -> Ending:
    if attempts >= ATTEMPTS_MAX:
        return Ending(RunResult(Outcome.BLOCKED, _short(f"{error} (tried {attempts} times)")))
    pause = 0.0 if isinstance(error, JournalMismatch) else PAUSES_SECONDS[min(max(attempts, 1), len(PAUSES_SECONDS)) - 1]
    return Ending(
        RunResult(Outcome.BLOCKED, _short(f"{error} (attempt {attempts} of {ATTEMPTS_MAX}, it is tried again)")), pause
    )


def _questions(error: AskHuman) -> str:
    asked = error.args[0] if error.args else ""
    return "\n".join(str(one) for one in cast(tuple[object, ...], asked)) if isinstance(asked, tuple) else str(asked)


def _short(text: str) -> str:
    text = text.strip()
    return text if len(text) <= REASON_CHARACTERS_MAX else text[: REASON_CHARACTERS_MAX - 1] + "…"
