"""The script that a launcher in a container is given: a command with its environment, or the interpreter for cells."""

from collections.abc import Iterable
from shlex import quote

from forgecrew.core.command import Command
from forgecrew.core.sandbox import SandboxSpec
from forgecrew.integrations.podman.inside import GATE, GATE_SOURCE, WORKSPACE, ZYGOTE, environment

# The left side passes the standard input on, then waits for the end of the launcher's; whatever still runs is killed then. The
# right side tells the host how the command ended while the container's counters can still be read.
_COMMAND = """exec 2>/dev/null
{{ head -c {bytes} <&4; exec >&-; cat <&4 >/dev/null; kill -s KILL -- -1; }} | {{
  ({work}) 2>&1 3>&- 4<&-{stdin}
  echo "end $?" >&3
}}
"""
_STREAM = "exec 2>/dev/null\n({work}) 2>&1 0<&4 3>&- 4<&-\n"


def command_script(spec: SandboxSpec, command: Command, *, gate: bool) -> bytes:
    """What runs one command: header and script; its standard input follows."""
    folder = f"cd {WORKSPACE}" if command.cwd in ("", ".") else f"cd {WORKSPACE} && cd {quote(command.cwd)}"
    work = f"{folder} && {_clean(spec, command.env, command.argv)}"
    stdin = "" if command.stdin else " 0</dev/null"
    return _framed(_gate(spec, wanted=gate) + _COMMAND.format(bytes=len(command.stdin), work=work, stdin=stdin))


def cell_script(spec: SandboxSpec, *, gate: bool) -> bytes:
    """What runs the interpreter; requests follow."""
    work = f"cd {WORKSPACE} && {_clean(spec, (), ('python3', '-I', '-c', ZYGOTE))}"
    return _framed(_gate(spec, wanted=gate) + _STREAM.format(work=work))


def _gate(spec: SandboxSpec, *, wanted: bool) -> str:
    if not wanted:
        return ""
    ports = ",".join(str(door.port) for door in spec.doors)
    line = f"python3 -I -c {quote(GATE_SOURCE)} {GATE} {quote(ports)}"
    return f"{line} </dev/null 3>&- 4<&- || exit 124\n"


def _clean(spec: SandboxSpec, env: Iterable[tuple[str, str]], argv: Iterable[str]) -> str:
    given = environment(spec.path, {**dict(spec.env), **dict(env)})
    words = [f"{name}={value}" for name, value in given.items()]
    return " ".join(["exec env -i --", *map(quote, words), *map(quote, argv)])


def _framed(script: str) -> bytes:
    body = script.encode()
    return b"%d\n%s" % (len(body), body)
