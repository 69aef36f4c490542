"""The last look at text before it leaves the house."""

from collections.abc import Collection
from typing import Any

from forgecrew.core.errors import RefusedError
from forgecrew.core.label import Integrity
from forgecrew.guard.calls import calls_only
from forgecrew.guard.hidden_text import strip_hidden
from forgecrew.guard.links import tame_links
from forgecrew.guard.secret_search import SecretSearch

TEXT_MAX = 60_000
"""Characters of one text; more is cut, since a forge shows it badly and refuses what is much longer."""

_TEXTS = frozenset({"body", "title"})


class OutgoingFilter:
    """Cleans texts that are written in an agent's name; `own_hosts` are the forge's host names, with port where it has one."""

    def __init__(self, secrets: SecretSearch, own_hosts: Collection[str]) -> None:
        self._secrets, self._own_hosts = secrets, own_hosts

    def text(self, text: str, integrity: Integrity, may_call: Collection[str] = ()) -> str:
        """Nothing hidden, no foreign images, foreign links only for who is known here, nobody called but `may_call`.

        Raises RefusedError for a secret.
        """
        shown = strip_hidden(text).text
        cleaned = tame_links(shown, own_hosts=self._own_hosts, foreign_links=integrity >= Integrity.CONTRIBUTOR)
        cleaned = calls_only(cleaned, may_call)
        self.check(cleaned)
        return cleaned if len(cleaned) <= TEXT_MAX else cleaned[:TEXT_MAX] + "\n\n… (cut here: the text was longer)"

    def check(self, text: str) -> None:
        """Raises RefusedError when the text gives a known secret away."""
        if name := self._secrets.find(text):
            raise RefusedError(f"the text holds (a part of) a secret: {name}. Nothing was written; replace that secret now")

    def gives_away(self, text: str) -> bool:
        """Whether the text holds (a part of) a known secret."""
        return self._secrets.find(text) is not None

    def arguments(self, arguments: Any, integrity: Integrity, key: str = "", may_call: Collection[str] = ()) -> Any:
        """The arguments of an intent with every body and title cleaned and every other text checked for secrets."""
        if isinstance(arguments, str):
            if key in _TEXTS:
                return self.text(arguments, integrity, may_call)
            self.check(arguments)
            return arguments
        if isinstance(arguments, list):
            return [self.arguments(item, integrity, key, may_call) for item in arguments]  # pyright: ignore[reportUnknownVariableType]
        if isinstance(arguments, dict):
            return {name: self.arguments(value, integrity, str(name), may_call) for name, value in arguments.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
        return arguments
