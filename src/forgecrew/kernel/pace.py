"""How fast events come in, so that what can wait makes way for them."""

from collections.abc import Callable

BUSY_PER_SECOND = 25.0
WINDOW_SECONDS = 0.5


class Pace:
    """`accepted` tells how many events have come so far."""

    def __init__(self, accepted: Callable[[], int]) -> None:
        self._accepted = accepted
        self._before, self._since, self._per_second = accepted(), 0.0, 0.0

    def busy(self, now: float) -> bool:
        """Whether events come fast, by those of the last half second or more between two questions; `now` in seconds."""
        came, seconds = self._accepted() - self._before, now - self._since
        if seconds < WINDOW_SECONDS:
            return max(self._per_second, came) >= BUSY_PER_SECOND
        self._per_second = came / seconds
        self._before, self._since = self._before + came, now
        return self._per_second >= BUSY_PER_SECOND
