"""`forgecrew up`: keeps serve, work, effects and host alive on this machine, each without the tokens it has no use for."""

import shutil
import sys
import textwrap
from collections.abc import Callable
from dataclasses import replace

from forgecrew.app.child import Child, python
from forgecrew.app.free_port import free_port
from forgecrew.app.hiding import check_hiding, hidden, hidden_with_disks
from forgecrew.app.prepare_database import PREPARED, prepare_database
from forgecrew.app.privacy import close_to_others
from forgecrew.app.read_secrets import load_read_secrets
from forgecrew.app.secret_files import read_file_of, write_file_of
from forgecrew.app.settings import Settings
from forgecrew.app.until_stopped import run_until_stopped

PROCESSES = ("serve", "work", "effects", "host")
HIDDEN_FROM = ("serve", "work")
_COLOURS = {"serve": "36", "work": "34", "effects": "35", "host": "33", "up": "2"}


async def run(settings: Settings, *, say: Callable[[str, str], None] | None = None) -> None:
    """Run the processes until SIGTERM or SIGINT. Raises ConfigError before anything starts when something is missing."""
    speak = say or print_line
    close_to_others()
    secrets = load_read_secrets(settings.home)
    write_folder = write_file_of(settings.home).parent
    check_hiding(write_folder)
    await prepare_database(settings)
    if settings.server.port == 0:
        settings = replace(settings, server=replace(settings.server, port=free_port(settings.server.host)))
    environment = {PREPARED: "1", "FORGECREW_SERVER_PORT": str(settings.server.port)}
    children: list[Child] = []
    for name in PROCESSES if settings.apps.enabled else PROCESSES[:-1]:
        command = python(name, "--home", str(settings.home))
        wrapped = hidden(command, write_folder) if name in HIDDEN_FROM else command
        if name == "work":
            wrapped = hidden_with_disks(command, settings.home / "sandboxes", write_folder)
        if name == "host":
            wrapped = hidden_with_disks(command, settings.home / "apps", write_folder, read_file_of(settings.home).parent)
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
