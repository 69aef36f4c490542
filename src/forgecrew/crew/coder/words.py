"""What people read of a change: the commit message, what the tests said, where it came from."""

from dataclasses import dataclass

from forgecrew.agents.desk import Desk
from forgecrew.agents.testing import TestRun
from forgecrew.guard.calls import closes_only


@dataclass(frozen=True, slots=True)
class Work:
    """What the stages before left: notes, the failing run (if any), the run after, the diff."""

    notes: str
    failing: TestRun | None
    after: TestRun
    patch: str


def message(desk: Desk, subject: str, body: str, email: str) -> str:
    """A commit message with the trailers that say who asked and which run wrote it."""
    host = email.partition("@")[2] or "localhost"
    asker = desk.task.asked_by
    about = desk.task.subject.number
    words = f"{closes_only(subject, about)}\n\n{closes_only(body.strip(), about)}"
    return f"{words}\n\nCo-authored-by: {asker} <{asker}@{host}>\nForgecrew-Run: {desk.run_id}\n"


def origin(desk: Desk) -> str:
    """The quiet last line of a pull request."""
    return f"<sub>asked by @{desk.task.asked_by} · [how it came about]({desk.run_url})</sub>"


def tests_line(work: Work) -> str:
    """What the tests said, for the pull request."""
    if not work.after.command:
        return "**Tests:** this repository has none that I could run."
    before = f"{work.failing.broken} failed before the change; now " if work.failing else ""
    return f"**Tests:** {before}{work.after.summary} (`{short(work.after.command)}`)"


def short(command: str) -> str:
    """A command without its options, as people name it: `python3 -m pytest`."""
    words = command.split()
    end = next((at for at, word in enumerate(words) if word.startswith("-") and word != "-m"), len(words))
    return " ".join(words[:end])
