"""The sandbox port by a Kubernetes cluster."""

from collections.abc import Sequence
from pathlib import Path

from forgecrew.core.errors import ConfigError
from forgecrew.integrations.kubernetes.cluster import Cluster
from forgecrew.integrations.kubernetes.kind import Pods
from forgecrew.integrations.kubernetes.pod_life import Terms
from forgecrew.sandboxing.shelf import Shelf as Backend

OPTIONS = ("runtime", "image", "images", "namespace", "kubeconfig", "router", "warm")


def backend(  # noqa: PLR0913 - one word per setting
    folder: Path, *, runtime: str = "", image: str = "", images: Sequence[str] = (), namespace: str = "forgecrew",
    kubeconfig: str = "", router: str = "", warm: int = 1, terms: Terms | None = None,
) -> Backend:  # fmt: skip
    """Sandboxes in a namespace; `folder` remembers which. `image` holds agent-sandbox's server and python3."""
    if runtime == "urunc":
        raise ConfigError("sandbox.runtime is 'urunc', which runs no commands: use gvisor, or kata for untrusted work")
    if wrong := [one for one in images if "=" not in one]:
        raise ConfigError(f"sandbox.images has {wrong[0]!r}: give each as set=image")
    if not image:
        raise ConfigError("sandbox.image is missing: name an image with agent-sandbox's runtime server and python3")
    named = {"": image, **dict(one.split("=", 1) for one in images)}
    pods = Pods(folder.resolve(), Cluster(namespace, kubeconfig, router, warm), runtime or "gvisor", named, terms or Terms())
    return Backend(folder.resolve(), pods)
