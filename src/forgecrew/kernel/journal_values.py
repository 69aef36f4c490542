"""How the journal keeps what a step gave: JSON only, also for the errors and signals of ours."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from forgecrew.core import errors, signals
from forgecrew.core.json import Json

Raised = errors.ForgecrewError | signals.Signal
_HOMES = {errors.__name__, signals.__name__}


@dataclass(frozen=True, slots=True)
class Sealed:
    """A value that is JSON text already."""

    text: str


def seal(value: Any) -> Sealed:
    """What a step gave. Raises ForgecrewError when it is not JSON."""
    try:
        return Sealed(json.dumps({"value": value}, ensure_ascii=False, allow_nan=False))
    except (TypeError, ValueError) as error:
        raise errors.ForgecrewError(f"a step must give JSON: {error}") from None


def seal_error(error: BaseException) -> Sealed:
    """What a step raised: an error or a signal of ours under the name of its class, any other as a plain ForgecrewError."""
    kind = next((one.__name__ for one in type(error).__mro__ if one.__module__ in _HOMES), None)
    args: list[Any] = [str(error)]
    if kind is None:
        kind, args = errors.ForgecrewError.__name__, [f"{type(error).__name__}: {error}"]
    elif isinstance(error, signals.Signal):
        args = list(error.args)
    return Sealed(json.dumps({"error": {"type": kind, "args": args}}, ensure_ascii=False, default=str))


def unseal(stored: Json) -> Any:
    """The value; raises what was raised. Lists among the arguments of a signal come back as tuples."""
    if "error" not in stored:
        return stored.get("value")
    raise _error(stored["error"])


def _error(stored: Json) -> Raised:
    kind: Callable[..., Raised] = (vars(signals) | vars(errors)).get(str(stored.get("type")), errors.ForgecrewError)
    args = [tuple(cast(list[Any], one)) if isinstance(one, list) else one for one in stored.get("args", [])]
    return kind(*args)


class JsonText:
    """The serializer of the journal's database: JSON text, never objects of Python."""

    def serialize(self, data: Any) -> str:
        """JSON text of anything that the journal keeps."""
        if isinstance(data, BaseException):
            data = seal_error(data)
        return data.text if isinstance(data, Sealed) else json.dumps(data, ensure_ascii=False)

    def deserialize(self, serialized_data: str) -> Any:
        """The value again."""
        return json.loads(serialized_data)

    def name(self) -> str:
        """How rows tell what wrote them."""
        return "forgecrew_json"
