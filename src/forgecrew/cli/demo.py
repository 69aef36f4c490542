"""`forgecrew demo`: see the crew at work without any set-up."""

import sys

import rich_click as click

from forgecrew.cli.options import json_option, option


@click.command("demo")
@option("--once", is_flag=True, help="End when the pull request is ready instead of keeping the pages open.")
@option(
    "--model", "model_url", default="", metavar="URL", help="Think with a real model at this address, not with the recording."
)
@option("--model-name", default="", metavar="NAME", help="Name of the model on that server.")
@option(
    "--model-kind",
    default="",
    metavar="KIND",
    help="ollama or openai_compatible (taken for addresses that end in /v1).",
)
@option("--window", default=4096, show_default=True, help="Tokens that prompt and answer may use together.")
@option("--record", default="", metavar="FILE", help="Keep the real model's answers, to replay them later.")
@option("--keep", default="", metavar="FOLDER", help="Do everything in this folder and leave it there.")
@option("--port", default=0, metavar="PORT", help="Port of the pages; 0 takes a free one.")
@json_option
def command(model_url: str, model_name: str, model_kind: str, window: int, **wishes: object) -> None:
    """See it work: no accounts, no keys, no network.

    Starts a small practice forge, opens an issue about a lost cent, assigns it to the coder, and follows the crew until
    the pull request is reviewed and ready. Exit status 0 only then.
    """
    import asyncio

    from forgecrew.app.demo.run import Wishes, run_demo
    from forgecrew.app.demo.scene import ModelAnswers

    if bool(model_url) != bool(model_name):
        raise click.UsageError("--model and --model-name belong together: address and name of the model")
    if model_kind and not model_url:
        raise click.UsageError("--model-kind needs --model and --model-name")
    kind = model_kind or ("openai_compatible" if model_url.rstrip("/").endswith("/v1") else "ollama")
    model = ModelAnswers(kind, model_url, model_name, window) if model_url else ModelAnswers(window=window)
    sys.exit(asyncio.run(run_demo(Wishes(model=model, **wishes))))  # pyright: ignore[reportArgumentType]
