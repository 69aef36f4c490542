"""The sandbox port by an OCI engine."""

from collections.abc import Sequence
from pathlib import Path

from forgecrew.core.errors import ConfigError
from forgecrew.integrations.podman.engine import Wanted
from forgecrew.integrations.podman.kind import Containers
from forgecrew.sandboxing.shelf import Shelf as Backend

OPTIONS = ("engine", "socket", "runtime", "image", "images")


def backend(
    folder: Path, *, engine: str = "podman", runtime: str = "", image: str = "", socket: str = "", images: Sequence[str] = ()
) -> Backend:
    """Sandboxes below `folder`. They run in `image`, empty for the host's /usr; `images` has `set=image` for library sets."""
    if wrong := [one for one in images if "=" not in one]:
        raise ConfigError(f"sandbox.images has {wrong[0]!r}: give each as set=image")
    named = {"": image, **dict(one.split("=", 1) for one in images)}
    return Backend(folder.resolve(), Containers(folder.resolve(), Wanted(engine or "podman", runtime, socket), named))
