"""The command `forgecrew`: gathers its commands from this folder and shows every error of ours as one sentence."""

import os
import sys

import rich_click as click

from forgecrew import __version__
from forgecrew.app import discover
from forgecrew.cli.options import wrapped
from forgecrew.core.errors import ForgecrewError

GROUPS = [
    {"name": "Begin", "commands": ["demo", "init", "doctor"]},
    {"name": "Every day", "commands": ["up", "task", "files", "memory", "code", "sandbox", "app", "egress"]},
    {"name": "Keeping it", "commands": ["backup", "restore", "database", "models"]},
    {"name": "Processes of `up`, one by one", "commands": ["serve", "work", "effects", "host"]},
    {"name": "More", "commands": ["version"]},
]
"""How `--help` groups the commands; every command stands in one of them."""


def build() -> click.RichGroup:
    """The group with all commands that load; one that does not is told on standard error."""
    found = discover.commands()

    @click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
    @click.version_option(__version__, message="forgecrew %(version)s")  # pyright: ignore[reportUnknownMemberType]
    @click.rich_config(
        {
            "style_commands_panel_border": "dim", "style_options_panel_border": "dim", "max_width": 100,
            "command_groups": {"*": GROUPS}, "text_markup": "rich",
            "text_paragraph_linebreaks": "\n\n",
        }
    )  # fmt: skip
    def forgecrew() -> None:
        """A quiet team of self-hosted AI colleagues who live in your forge.

        See it work: [bold]forgecrew demo[/bold].

        With your own forge: [bold]forgecrew init[/bold], then [bold]forgecrew up[/bold].
        """

    for module in found.working.values():
        forgecrew.add_command(module.command)
    for name, problem in found.broken.items():
        click.echo(f"the command {name} is skipped: {problem}", err=True)
    return forgecrew


def main() -> None:
    """Entry point. Exit status: 0 fine, 1 a check failed, 2 a wrong setting, argument or state."""
    # numpy reads it when it is imported. Its threads spin while they wait for each other, which on a busy machine takes ten
    # times the processor time that one thread takes.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        sys.exit(build().main(prog_name="forgecrew", standalone_mode=True))
    except ForgecrewError as error:
        if os.environ.get("FORGECREW_DEBUG") == "1":
            raise
        click.secho(wrapped(str(error)), fg="red", err=True)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
