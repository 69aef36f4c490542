"""Identifiers that sort by time: 26 characters, unguessable in their last 16."""

import secrets
import time

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def new_id() -> str:
    """A fresh id: 48 bits of milliseconds, then 80 random bits, in lower-case Crockford base 32 (the ULID layout)."""
    number = (int(time.time() * 1000) << 80) | secrets.randbits(80)
    return "".join(_ALPHABET[(number >> shift) & 31] for shift in range(125, -1, -5))
