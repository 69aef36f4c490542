"""How a container looks to what runs in it: its places, its user, its files of /etc."""

from collections.abc import Mapping
from pathlib import Path

WORKSPACE = "/workspace"
HOME = "/tmp/home"  # noqa: S108 - inside the container, a tmpfs of its own
INNER_ID = 1000
GATE = "/run/forgecrew.sock"

LAUNCHER = Path(__file__).with_name("launcher.sh").read_text()
ZYGOTE = Path(__file__).with_name("zygote.py").read_text()
GATE_SOURCE = Path(__file__).with_name("gate.py").read_text()

ETC_WRITTEN: Mapping[str, str] = {
    "passwd": f"crew:x:{INNER_ID}:{INNER_ID}::{HOME}:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n",
    "group": f"crew:x:{INNER_ID}:\nnogroup:x:65534:\n",
    "hosts": "127.0.0.1 localhost sandbox\n::1 localhost\n",
    "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
    "gitconfig": "[safe]\n\tdirectory = *\n[init]\n\tdefaultBranch = main\n[gc]\n\tauto = 0\n",
}


def environment(path: str, extra: Mapping[str, str]) -> dict[str, str]:
    """What every command is given, and nothing of the host's."""
    always = {"PATH": path, "HOME": HOME, "LANG": "C.UTF-8", "USER": "crew", "PYTHONDONTWRITEBYTECODE": "1"}
    return {**always, **extra}
