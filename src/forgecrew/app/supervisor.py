"""`forgecrew up`: keeps serve, work and effects alive on this machine, the first two where the write tokens do not exist."""

import shutil
import socket
import sys
import textwrap
from collections.abc import Callable
from dataclasses import replace

from forgecrew.app.child import Child, python
from forgecrew.app.hiding import check_hiding, hidden
from forgecrew.app.prepare_database import PREPARED, prepare_database
from forgecrew.app.privacy import close_to_others
from forgecrew.app.read_secrets import load_read_secrets
from forgecrew.app.secret_files import write_file_of
from forgecrew.app.settings import Settings
from forgecrew.app.until_stopped import run_until_stopped

PROCESSES = ("serve", "work", "effects")
HIDDEN_FROM = ("serve", "work")
_COLOURS = {"serve": "36", "work": "34", "effects": "35", "up": "2"}


async def run(settings: Settings, *, say: Callable[[str, str], None] | None = None) -> None:
    """Run the three processes until SIGTERM or SIGINT. Raises ConfigError before anything starts when something is missing."""
    speak = say or print_line
    close_to_others()
    secrets = load_read_secrets(settings.home)
    write_folder = write_file_of(settings.home).parent
    check_hiding(write_folder)
    await prepare_database(settings)
    if settings.server.port == 0:
        settings = replace(settings, server=replace(settings.server, port=_free_port(settings.server.host)))
    environment = {PREPARED: "1", "FORGECREW_SERVER_PORT": str(settings.server.port)}
    children: list[Child] = []
    for name in PROCESSES:
        command = python(name, "--home", str(settings.home))
        wrapped = hidden(command, write_folder) if name in HIDDEN_FROM else command
        children.append(Child(name, wrapped, environment, speak))
    speak("up", f"sign in at {settings.public_url}/login?token={secrets.login_token}")
    await run_until_stopped({child.name: child.keep_alive for child in children}, grace_seconds=8)
    speak("up", "stopped")


def print_line(name: str, line: str) -> None:
    """One line with the name of the process in front; escape sequences in it do nothing.

    On a terminal it is coloured and broken between words.
    """
    line = "".join(character if character.isprintable() or character == "\t" else "·" for character in line)
    label = f"{name:>7} │ "
    parts = [line]
    if sys.stderr.isatty():
        width = max(shutil.get_terminal_size().columns - len(label), 30)
        parts = textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False) or [""]
        label = f"\x1b[{_COLOURS.get(name, '0')}m{label}\x1b[0m"
    sys.stderr.write("".join(f"{label}{part}\n" for part in parts))
    sys.stderr.flush()


def _free_port(host: str) -> int:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as found:
        found.bind((host, 0))
        return found.getsockname()[1]
