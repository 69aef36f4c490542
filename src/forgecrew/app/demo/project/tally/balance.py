"""Who has paid more or less than they bear, and how to settle it."""

from tally.costs import Cost
from tally.split import split


def balances(costs: list[Cost]) -> dict[str, int]:
    """Cents per person: positive gets money back, negative owes."""
    result: dict[str, int] = {}
    for cost in costs:
        result[cost.payer] = result.get(cost.payer, 0) + cost.amount
        for name, share in split(cost.amount, cost.sharers).items():
            result[name] = result.get(name, 0) - share
    return result


def settle(costs: list[Cost]) -> list[tuple[str, str, int]]:
    """Payments (from, to, cents) that settle everything."""
    open_balances = balances(costs)
    payments: list[tuple[str, str, int]] = []
    creditors = sorted((name for name, cents in open_balances.items() if cents > 0), key=open_balances.__getitem__)
    for name in sorted(name for name, cents in open_balances.items() if cents < 0):
        owed = -open_balances[name]
        while owed and creditors:
            creditor = creditors[-1]
            paid = min(owed, open_balances[creditor])
            payments.append((name, creditor, paid))
            owed -= paid
            open_balances[creditor] -= paid
            if not open_balances[creditor]:
                creditors.pop()
    return payments
