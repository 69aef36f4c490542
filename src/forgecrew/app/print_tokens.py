"""What the forge says of tokens, as JSON on standard output; the tokens themselves stay here."""

import json
import sys
from collections.abc import Mapping
from dataclasses import asdict

from forgecrew.app.check_tokens import check_tokens
from forgecrew.app.settings import Settings


async def print_tokens(settings: Settings, tokens: Mapping[str, str]) -> None:
    """One object for each account."""
    states = await check_tokens(settings, tokens)
    sys.stdout.write(json.dumps([asdict(state) for state in states]))
