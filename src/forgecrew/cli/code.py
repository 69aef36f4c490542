"""`forgecrew code`: run a program, have it mended, look at its attempts."""

import sys
from pathlib import Path
from typing import Any

import rich_click as click

from forgecrew.cli.options import argument, asked, home_option, json_option, option, plain, print_json

SUFFIXES = {
    ".py": "python", ".ts": "typescript", ".mts": "typescript", ".js": "javascript", ".mjs": "javascript", ".cjs": "javascript",
    ".sh": "shell", ".c": "c", ".cpp": "cpp", ".cc": "cpp", ".go": "go", ".rs": "rust",
}  # fmt: skip
STYLES = {"passed": "green", "repaired": "green", "running": "blue", "queued": "dim", "stopped": "dim"}
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("code")
def command() -> None:
    """Run a program in a sandbox and have it mended, see all attempts."""


@command.command("run")
@argument("file", type=click.Path(dir_okay=False, path_type=Path))
@option("--repair", type=click.IntRange(1, 10), default=1, show_default=True, help="Attempts, the first run included.")
@option("--goal", default="", help="What the program shall do; FILE is written when it is not there.")
@option("--tests", type=FILE, help="A test program, which runs instead of FILE and imports it.")
@option("--stdin", "stdin_file", type=FILE, help="What it reads from standard input.")
@option("--expect", type=FILE, help="What it must print.")
@option("--with", "others", type=FILE, multiple=True, help="Another file beside it; may be given again.")
@option("--language", default="", help="When the name of FILE does not tell it.")
@option("--timeout", "seconds", type=float, default=10.0, show_default=True, help="Seconds that one run may take.")
@option("--write", "write_back", is_flag=True, help="Write the files of a right last attempt back to FILE and --with.")
@home_option
@json_option
def run(home: Path, file: Path, as_json: bool, write_back: bool, **given: Any) -> None:
    """Run FILE in a sandbox; with --repair N mend it until it is right, at most N attempts.

    Exit status 0 when it is right in the end, 1 when not.
    """
    from forgecrew.app import code_at_hand
    from forgecrew.core.errors import ConfigError

    texts = {path.name: _text(path) for path in (file, *given["others"]) if path.exists()}
    language = given["language"] or SUFFIXES.get(file.suffix.lower(), "")
    if not language:
        raise ConfigError(f"{file}: its language cannot be told from its name; name it with --language")
    if not file.exists() and not given["goal"]:
        raise ConfigError(f"{file} is not there: tell with --goal what is to be written, or name another file")
    shown = _Shown(quiet=as_json)
    found = asked(code_at_hand.run(home, _request(file, language, texts, given), shown.change))
    if write_back and found["run"]["outcome"] in ("passed", "repaired"):
        folders = {path.name: path for path in (file, *given["others"])}
        for name, text in found["attempts"][-1]["files"].items():
            (folders.get(name) or file.parent / name).write_text(text, encoding="utf-8")
    if as_json:
        print_json(found)
    else:
        click.echo(_ending(found))
    sys.exit(0 if found["run"]["outcome"] in ("passed", "repaired") else 1)


@command.command("list")
@option("--limit", type=click.IntRange(1, 500), default=30, show_default=True, help="How many, newest first.")
@home_option
@json_option
def list_runs(home: Path, limit: int, as_json: bool) -> None:
    """List code runs, newest first."""
    from forgecrew.app import code_at_hand

    found = asked(code_at_hand.recent(home, limit=limit))
    if as_json:
        print_json(found)
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, header_style="dim", pad_edge=False)
    for heading in ("id", "state", "language", "entry", "attempts", "reason"):
        table.add_column(heading, overflow="ellipsis", no_wrap=heading != "reason")
    for one in found:
        state = one["outcome"] or one["state"]
        attempts = f"{one['attempts']} of {one['attempts_max']}"
        style = STYLES.get(state, "red")
        table.add_row(one["id"], f"[{style}]{state}[/]", one["language"], plain(one["entry"]), attempts, plain(one["reason"]))
    Console().print(table if found else "No code runs yet: `forgecrew code run FILE --repair 4`.")


@command.command("show")
@argument("run_id")
@home_option
@json_option
def show(home: Path, run_id: str, as_json: bool) -> None:
    """Show one code run: the log, the error and the diff of every attempt."""
    from forgecrew.app import code_at_hand

    found = asked(code_at_hand.detail(home, run_id=run_id))
    if as_json:
        print_json(found)
        return
    for attempt in found["attempts"]:
        click.echo(_attempt(attempt))
    click.echo(_ending(found))


@command.command("stop")
@argument("run_id")
@home_option
def stop(home: Path, run_id: str) -> None:
    """Stop one; its attempts stay."""
    from forgecrew.app import code_at_hand

    found = asked(code_at_hand.stop(home, run_id=run_id))["run"]
    click.echo(f"code run {run_id}: {found['outcome'] or 'stopping'}")


class _Shown:
    """Tells of every attempt once, when it has ended."""

    def __init__(self, *, quiet: bool) -> None:
        self.quiet, self.told, self.warned = quiet, 0, False

    def change(self, run: Any, worker_here: bool) -> None:
        """The run has changed."""
        if not worker_here and not self.warned:
            self.warned = True
            click.echo("No worker is running, so this waits in the queue: start one with `forgecrew up`.", err=True)
        for attempt in run.attempts:
            if attempt.ended_at and attempt.number > self.told and not self.quiet:
                from dataclasses import asdict

                self.told = attempt.number
                click.echo(_attempt(asdict(attempt)))


def _attempt(attempt: dict[str, Any]) -> str:
    parts = [click.style(f"attempt {attempt['number']}", bold=True)]
    for line in attempt["diff"].splitlines():
        colour = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1])
        parts.append(click.style(_safe(line), fg=colour))
    parts += [_safe(line) for line in attempt["log"].strip("\n").splitlines()]
    if error := attempt["error"]:
        place = f"{error['file']}:{error['line']}: " if error["line"] else ""
        parts.append(click.style(_safe(f"{place}{error['kind']}: {error['message'].splitlines()[0]}"), fg="red"))
    return "\n".join(parts)


def _ending(found: dict[str, Any]) -> str:
    run = found["run"]
    words = f"{run['outcome'] or run['state']}{': ' + run['reason'] if run['reason'] else ''}"
    colour = {"passed": "green", "repaired": "green"}.get(run["outcome"] or "", "red" if run["outcome"] else "blue")
    return f"{click.style(_safe(words), fg=colour)}\n{run['url']}"


def _safe(text: str) -> str:
    """Without escape sequences."""
    return "".join(character if character.isprintable() or character == "\t" else " " for character in text)


def _text(path: Path) -> str:
    from forgecrew.core.errors import ConfigError

    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read as text: {error}") from None


def _request(file: Path, language: str, texts: dict[str, str], given: dict[str, Any]) -> Any:
    from forgecrew.core.code_request import CodeRequest

    return CodeRequest(
        language=language, files=texts, goal=given["goal"], entry=file.name, attempts_max=given["repair"],
        stdin=_text(given["stdin_file"]) if given["stdin_file"] else "",
        expected=_text(given["expect"]) if given["expect"] else None,
        tests=_text(given["tests"]) if given["tests"] else "", timeout_seconds=given["seconds"],
    )  # fmt: skip
