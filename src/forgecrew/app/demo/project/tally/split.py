"""How much of a cost each person bears, in cents."""


def split_evenly(amount: int, names: list[str]) -> dict[str, int]:
    """The same share for everybody."""
    share = amount // len(names)
    return {name: share for name in names}


def split_by_weight(amount: int, weights: dict[str, int]) -> dict[str, int]:
    """A share in proportion to each weight."""
    total = sum(weights.values())
    return {name: amount * weight // total for name, weight in weights.items()}


def split(amount: int, weights: dict[str, int]) -> dict[str, int]:
    """Evenly when all weights are alike, else by weight."""
    if len(set(weights.values())) == 1:
        return split_evenly(amount, list(weights))
    return split_by_weight(amount, weights)
