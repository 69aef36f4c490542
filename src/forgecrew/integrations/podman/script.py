"""The script that a launcher in a container is given: a command with its variables."""

from collections.abc import Iterable
from pathlib import Path
from shlex import quote

from forgecrew.core.sandbox import SandboxSpec
from forgecrew.sandboxing.inner import WORKSPACE, given
from forgecrew.sandboxing.programs import program
from forgecrew.sandboxing.wish import Wish

LAUNCHER = Path(__file__).with_name("launcher.sh").read_text("utf-8")
"""Process 1 of a container."""
GATE = "/run/forgecrew.sock"
"""Where a container sees the host's socket for its gate."""

# The left side passes the standard input on, then waits for the end of the launcher's; whatever still runs is killed then. The
# right side tells the host how the command ended while the container's counters can still be read.
_COMMAND = """exec 2>/dev/null
{{ head -c {bytes} <&4; exec >&-; cat <&4 >/dev/null; kill -s KILL -- -1; }} | {{
  ({work}) 2>&1 3>&- 4<&-{stdin}
  echo "end $?" >&3
}}
"""
_STREAM = "exec 2>/dev/null\n({work}) 2>&1 0<&4 3>&- 4<&-\n"


def command_script(spec: SandboxSpec, wish: Wish) -> bytes:
    """What runs one command: header and script; its standard input follows."""
    command = wish.command
    folder = f"cd {WORKSPACE}" if command.cwd in ("", ".") else f"cd {WORKSPACE} && cd {quote(command.cwd)}"
    work = f"{folder} && {_clean(spec, command.env, command.argv)}"
    if wish.streams:
        return _framed(_gate(spec, wish) + _STREAM.format(work=work))
    stdin = "" if command.stdin else " 0</dev/null"
    return _framed(_gate(spec, wish) + _COMMAND.format(bytes=len(command.stdin), work=work, stdin=stdin))


def _gate(spec: SandboxSpec, wish: Wish) -> str:
    if not wish.gate:
        return ""
    ports = ",".join(str(door.port) for door in spec.doors)
    line = f"python3 -I -c {quote(program('gate'))} {GATE} {quote(ports)} {quote('stays' if wish.stays else '')}"
    return f"{line} </dev/null 3>&- 4<&- || exit 124\n"


def _clean(spec: SandboxSpec, env: Iterable[tuple[str, str]], argv: Iterable[str]) -> str:
    words = [f"{name}={value}" for name, value in given(spec.path, {**dict(spec.env), **dict(env)}).items()]
    return " ".join(["exec env -i --", *map(quote, words), *map(quote, argv)])


def _framed(script: str) -> bytes:
    body = script.encode()
    return b"%d\n%s" % (len(body), body)
