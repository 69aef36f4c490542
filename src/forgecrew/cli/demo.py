"""`forgecrew demo`: the whole crew at work on a small project, with a recorded model or yours."""

from pathlib import Path
from typing import Any

import rich_click as click

from forgecrew.cli.options import option
from forgecrew.core.errors import ConfigError


@click.command("demo")
@option("--once", is_flag=True, help="Stop everything at the end; exit code 0 only if all of it happened.")
@option("--json", "as_json", is_flag=True, help="End with one JSON object on standard output.")
@option("--model", "model_url", default="", metavar="URL", help="Address of your model's server instead of the recording.")
@option("--model-name", default="", help="Name of the model there.")
@option("--model-kind", default="", help="ollama or openai_compatible; told from the address when left out.")
@option("--window", default=4096, show_default=True, help="Tokens that prompt and answer may use together.")
@option("--record", default="", metavar="FILE", help="Append every answer of your model to a file, to be replayed later.")
@option("--keep", default="", metavar="FOLDER", help="Keep everything in this folder.")
@option("--port", default=0, help="Port of the crew's page; 0 takes a free one.")
def command(**given: Any) -> None:
    """See the crew work: an issue becomes a reviewed pull request on a small forge of its own."""
    import asyncio
    import sys

    from forgecrew.app.demo.run import Wishes, run_demo
    from forgecrew.app.demo.scene import ModelAnswers

    url: str = given["model_url"]
    if url and not given["model_name"]:
        raise ConfigError("--model needs --model-name, the name of the model on that server")
    kind = given["model_kind"] or ("openai_compatible" if url.rstrip("/").endswith("/v1") else "ollama")
    model = ModelAnswers(kind, url, given["model_name"], given["window"]) if url else ModelAnswers()
    keep = str(Path(given["keep"]).resolve()) if given["keep"] else ""
    record = str(Path(given["record"]).resolve()) if given["record"] else ""
    wishes = Wishes(model, given["once"], given["as_json"], record, keep, given["port"])
    try:
        sys.exit(asyncio.run(run_demo(wishes)))
    except KeyboardInterrupt:
        sys.exit(130)
