"""What the demo prints: how it begins, where to look, one line per thing that happens, and how it ends."""

import time
from typing import Any

from rich.console import Console
from rich.text import Text

_END_INDENT = "  {:9}{}"


class Terminal:
    """A person's screen (standard error). Lines are cut at its width, never wrapped; addresses stay whole."""

    def __init__(self) -> None:
        self.console = Console(stderr=True, highlight=False)
        self._began = time.monotonic()
        self._who = self._what = ""

    def begin(self, model: str, url: str) -> None:
        """The first lines; `url` is empty for the recording."""
        if url:
            self.console.print(f"[bold]The model is {model}[/] at {url}; a real one takes its time.")
        else:
            self.console.print("[bold]The model is a recording[/] of a real run: no keys, no network. To use your own:")
            self.whole("  forgecrew demo --model http://127.0.0.1:11434 --model-name NAME", style="dim")
        self.console.print("\nsetting up a practice forge, a project and the crew …", style="dim")

    def places(self, forge: str, crew: str) -> None:
        """Where to look while it goes on; seconds are counted from here."""
        self.whole(f"\n  look at the forge  {forge}")
        self.whole(f"  watch the crew     {crew}")
        self._began = time.monotonic()

    def say(self, who: str, what: str, rest: str) -> None:
        """One thing that happened. Name and word stand where they change, a new name after an empty line."""
        if who != self._who:
            self.console.print()
        known = (who, what) == (self._who, self._what)
        line = Text()
        line.append(f"{time.monotonic() - self._began:6.1f} s  ", "dim")
        line.append(f"{'' if who == self._who else who:7}", "bold")
        line.append(f"{'' if known else what:11} ", _colour(what))
        line.append(printable(rest))
        self._who, self._what = who, what
        self.console.print(line, no_wrap=True, overflow="ellipsis")

    def whole(self, text: str, style: str = "") -> None:
        """A line that is not broken here, so that an address in it can be copied."""
        self.console.print(Text(text, style), soft_wrap=True)

    def good_end(self, result: dict[str, Any], url: str) -> None:
        """Everything happened; `url` is empty when nothing is left to look at."""
        said = ", then ".join(f"{one['reviewer']} {_SAID.get(one['state'], 'commented')}" for one in result["reviews"])
        before, after = result["tests_failed_before"], result["tests_failed_after"]
        self.console.print(f"\n[bold green]✓[/] [bold]Pull request #{result['pull_request']} is ready.[/]")
        for name, words in (
            ("tests", f"{before} fail on the old code, {after} on the new"),
            ("reviews", said),
            (
                "effort",
                f"{result['steps']} steps in {result['seconds']:.0f} s, largest prompt {result['prompt_tokens_max']} tokens",
            ),
            ("look", url),
        ):
            if words:
                self.whole(_END_INDENT.format(name, words))

    def bad_end(self, why: str, log: str) -> None:
        """Something did not happen."""
        self.console.print("\n[bold red]✗[/] [bold]Not all of it happened.[/]")
        self.whole(_END_INDENT.format("why", printable(why)))
        self.whole(_END_INDENT.format("log", log))


_SAID = {"APPROVED": "approved", "REQUEST_CHANGES": "asked for changes"}


def printable(text: str) -> str:
    """A text that others wrote on one line, without anything that steers a terminal."""
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())


def _colour(what: str) -> str:
    return {"✓": "green", "✗": "red", "?": "yellow"}.get(what[:1], "cyan")
