"""What to do about a machine on which no sandbox starts."""

from pathlib import Path

_KNOBS = (
    ("kernel/unprivileged_userns_clone", "0", "sysctl -w kernel.unprivileged_userns_clone=1"),
    ("kernel/apparmor_restrict_unprivileged_userns", "1", "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"),
    ("user/max_user_namespaces", "0", "sysctl -w user.max_user_namespaces=15000"),
)


def advice(reason: str, proc: Path = Path("/proc/sys")) -> str:
    """What to do about a sandbox that did not start."""
    for file, bad, remedy in _KNOBS:
        knob = proc / file
        if knob.exists() and knob.read_text().strip() == bad:
            return f"user namespaces are blocked on this machine; allow them with: {remedy}"
    return (
        f"{reason}. On a machine of its own: apt install --reinstall bubblewrap. Inside a container: start it with "
        "--security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined"
    )
