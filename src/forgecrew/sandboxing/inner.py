"""How a sandbox looks to what runs in it: its places, its user, its files of /etc, what every command is given."""

from collections.abc import Mapping

WORKSPACE = "/workspace"
HOME = "/tmp/home"  # noqa: S108 - inside the sandbox, a tmpfs of its own
INNER_ID = 1000

ETC_WRITTEN: Mapping[str, str] = {
    "passwd": f"crew:x:{INNER_ID}:{INNER_ID}::{HOME}:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n",
    "group": f"crew:x:{INNER_ID}:\nnogroup:x:65534:\n",
    "hosts": "127.0.0.1 localhost sandbox\n::1 localhost\n",
    "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
    "gitconfig": "[safe]\n\tdirectory = *\n[init]\n\tdefaultBranch = main\n[gc]\n\tauto = 0\n",
}

ETC_SHOWN = (
    "alternatives", "fonts", "java-*", "ld.so.cache", "localtime", "mime.types", "python3*", "ssl/certs", "ssl/openssl.cnf",
)  # fmt: skip
"""Patterns of what is shown of the host's /etc."""


def given(path: str, extra: Mapping[str, str]) -> dict[str, str]:
    """What every command has of variables, and nothing of the host's. A Python that is aborted tells where it was."""
    always = {"PATH": path, "HOME": HOME, "LANG": "C.UTF-8", "USER": "crew", "PYTHONDONTWRITEBYTECODE": "1"}
    return {**always, "PYTHONFAULTHANDLER": "1", **extra}
