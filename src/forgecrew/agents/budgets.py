"""How many tokens each block of a prompt may take, for every window."""

from dataclasses import dataclass, fields

WINDOW_MAX = 32_768
"""More room than this is not used: prompts stay short, and cheap, on long windows too."""


@dataclass(frozen=True, slots=True)
class Budgets:
    """Tokens per block; all together are at most the window. `output` is reserved, `margin` is for errors of estimation."""

    window: int
    identity: int
    contract: int
    tools: int
    card: int
    plan: int
    memory: int
    history: int
    observations: int
    output: int
    margin: int

    @classmethod
    def for_window(cls, window: int) -> "Budgets":
        """The table's rows at 4K and 8K, linear between them, in proportion below and above (up to 32K)."""
        if window <= FOUR.window:
            return cls(window, *(_scaled(row, window, FOUR.window) for row in _rows(FOUR)))
        if window >= EIGHT.window:
            used = min(window, WINDOW_MAX)
            return cls(window, *(_scaled(row, used, EIGHT.window) for row in _rows(EIGHT)))
        part = (window - FOUR.window, EIGHT.window - FOUR.window)
        return cls(window, *(low + _scaled(high - low, *part) for low, high in zip(_rows(FOUR), _rows(EIGHT), strict=True)))

    @property
    def prompt(self) -> int:
        """Tokens for all blocks of the prompt together."""
        return sum(_rows(self)) - self.output - self.margin

    def of(self, block: str) -> int:
        """The tokens of the named block; 0 for a name that is not in the table."""
        return int(getattr(self, block, 0)) if block in PROMPT_BLOCKS else 0


def _rows(budgets: Budgets) -> list[int]:
    return [int(getattr(budgets, field.name)) for field in fields(budgets) if field.name != "window"]


def _scaled(tokens: int, numerator: int, denominator: int) -> int:
    return tokens * numerator // denominator


PROMPT_BLOCKS = ("identity", "contract", "tools", "card", "plan", "memory", "history", "observations")
FOUR = Budgets(4096, 350, 120, 360, 300, 250, 700, 240, 800, 800, 176)
EIGHT = Budgets(8192, 450, 150, 480, 500, 400, 1800, 720, 1900, 1400, 392)
