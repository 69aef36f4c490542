"""Errors sorted by who must act.

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
