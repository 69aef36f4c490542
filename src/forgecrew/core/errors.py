"""Errors sorted by who must act, and the signals that are not errors.

ForgecrewError
├── ConfigError          the operator must change a setting
├── WorldError           something outside is down; retry later
│   ├── ForgeUnavailable
│   ├── ModelUnavailable
│   └── SandboxUnavailable
├── RefusedError         a policy, a permission or a missing right said no; retrying does not help
│   └── NotFound         the forge does not show it to this account
└── LimitReached         a limit of the run was hit; stop the run
    └── Stopped          somebody asked the run to stop

Signal
├── TellModel            the model can repair this: its text goes back as the next observation
├── AskHuman             the run cannot go on without a person
└── Finished             the stage or the run is over
"""


class ForgecrewError(Exception):
    """Something went wrong inside forgecrew."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (self.__doc__ or "").strip().splitlines()[0])


class ConfigError(ForgecrewError):
    """A setting is missing or wrong; the message says which one and how to mend it."""


class WorldError(ForgecrewError):
    """Something outside did not answer as it should; trying again later may help."""


class ForgeUnavailable(WorldError):
    """The forge did not answer."""


class ModelUnavailable(WorldError):
    """The model server did not answer."""


class SandboxUnavailable(WorldError):
    """No sandbox could be made on this machine."""


class RefusedError(ForgecrewError):
    """The other side or a policy of ours refused; trying the same again will not help."""


class NotFound(RefusedError):
    """The forge does not have it, or does not show it to this account."""


class LimitReached(ForgecrewError):
    """A limit of the run was reached."""


class Stopped(LimitReached):
    """Somebody asked the run to stop; the message says who or why."""


class Signal(Exception):
    """Control flow inside a run; never an error."""


class TellModel(Signal):
    """The text goes back to the model as its next observation."""


class AskHuman(Signal):
    """The run needs an answer from a person; args[0] is a tuple of at most three questions."""


class Finished(Signal):
    """The stage is over; args[0] holds the model's closing notes."""
