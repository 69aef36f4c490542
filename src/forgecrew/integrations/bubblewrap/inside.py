"""How a sandbox looks to what runs in it: its places, its user, its files of /etc."""

from collections.abc import Mapping

WORKSPACE = "/workspace"
HOME = "/tmp/home"  # noqa: S108 - inside the sandbox, a tmpfs of its own
INNER_ID = 1000

ETC_WRITTEN: Mapping[str, str] = {
    "/etc/passwd": f"crew:x:{INNER_ID}:{INNER_ID}::{HOME}:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n",
    "/etc/group": f"crew:x:{INNER_ID}:\nnogroup:x:65534:\n",
    "/etc/hosts": "127.0.0.1 localhost sandbox\n::1 localhost\n",
    "/etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
    "/etc/gitconfig": "[safe]\n\tdirectory = *\n[init]\n\tdefaultBranch = main\n[gc]\n\tauto = 0\n",
}
