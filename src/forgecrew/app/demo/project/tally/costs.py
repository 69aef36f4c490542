"""One cost: who paid, how much, what for, and who shares it with which weight."""

from dataclasses import dataclass

from tally.money import parse_amount


@dataclass(frozen=True)
class Cost:
    """A cost in cents; `sharers` maps each name to its weight (1 is normal)."""

    payer: str
    amount: int
    what: str
    sharers: dict[str, int]


def parse_cost(line: str) -> Cost:
    """Read one line of the costs file."""
    parts = [part.strip() for part in line.split(",")]
    if len(parts) != 4:
        raise ValueError(f"expected payer, amount, what, sharers: {line!r}")
    payer, amount, what, shared = parts
    sharers: dict[str, int] = {}
    for entry in shared.split(";"):
        name, star, weight = entry.strip().partition("*")
        sharers[name] = int(weight) if star else 1
    return Cost(payer, parse_amount(amount), what, sharers)


def read_costs(text: str) -> list[Cost]:
    """All costs of a file; empty lines and lines that start with # do not count."""
    lines = (line.strip() for line in text.splitlines())
    return [parse_cost(line) for line in lines if line and not line.startswith("#")]
