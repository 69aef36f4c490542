"""Looks whether this machine has what `make` needs besides python3, and installs it where that is allowed.

Python's own library only: it runs before there is a virtual environment.
"""

import importlib.util
import os
import shutil
import subprocess
import sys

PYTHON_MIN = (3, 11)


def missing() -> list[str]:
    """Names of Debian packages for what is not here."""
    packages = [name for name, program in (("git", "git"), ("bubblewrap", "bwrap")) if shutil.which(program) is None]
    if importlib.util.find_spec("ensurepip") is None:
        packages.append("python3-venv")
    return packages


def root_prefix() -> list[str] | None:
    """What to put before a command that needs root; None when this user cannot become root without a password."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0:
        return ["sudo", "-n"]
    return None


def install(packages: list[str], prefix: list[str]) -> bool:
    """By apt-get, quietly; false when that did not work."""
    environment = ["env", "DEBIAN_FRONTEND=noninteractive"]
    for line in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *packages]):
        if subprocess.run([*prefix, *environment, "apt-get", *line], stdin=subprocess.DEVNULL, check=False).returncode:
            return False
    return True


def main() -> int:
    """Exit status 0 when everything is here (now)."""
    if sys.version_info < PYTHON_MIN:
        print(
            f"forgecrew needs Python {PYTHON_MIN[0]}.{PYTHON_MIN[1]} or newer; {sys.executable} is {sys.version.split()[0]}.\n"
            "Name another one: make PYTHON=python3.12"
        )
        return 1
    packages = missing()
    if not packages:
        return 0
    command = "apt-get install -y " + " ".join(packages)
    prefix = root_prefix()
    if prefix is not None and shutil.which("apt-get"):
        print("installing:", " ".join(packages), flush=True)
        if install(packages, prefix) and not missing():
            return 0
        print("That did not work.")
    if shutil.which("apt-get"):
        print("Please run this, then make again:\n    " + ("" if os.geteuid() == 0 else "sudo ") + command)
    else:
        print("Please install these with your system's package tool, then make again:", " ".join(packages))
    return 1


if __name__ == "__main__":
    sys.exit(main())
