"""Amounts are whole cents: read them from text, write them as text."""


def parse_amount(text: str) -> int:
    """Cents of a text such as "12", "12.5" or "12.50"."""
    whole, _, fraction = text.strip().partition(".")
    if not whole.isdigit() or len(fraction) > 2 or (fraction and not fraction.isdigit()):
        raise ValueError(f"not an amount: {text!r}")
    return int(whole) * 100 + int((fraction + "00")[:2])


def format_amount(cents: int) -> str:
    """Text of an amount, with a sign only when it is negative."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"
