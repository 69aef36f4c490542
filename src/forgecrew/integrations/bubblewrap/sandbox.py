"""The sandbox port by bubblewrap."""

from pathlib import Path

from forgecrew.integrations.bubblewrap.kind import Bubblewrap
from forgecrew.sandboxing.shelf import Shelf as Backend


def backend(folder: Path, *, cgroups: bool = True, own_uid: bool = True) -> Backend:
    """Sandboxes below `folder`; the switches turn means off that the machine would have."""
    return Backend(folder.resolve(), Bubblewrap(folder.resolve(), cgroups=cgroups, own_uid=own_uid))
