"""A generated history of a repository: issues with faults of their own, talk about them, and commits that end them.

Each issue has words that only its own texts hold, so it is known which texts answer a question about it, and that nothing
answers a question about a fault that was never reported.
"""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from benchmarks._texts import Texts
from forgecrew.core.event import Event, EventKind
from forgecrew.core.label import Integrity, Label
from forgecrew.core.subject import RepoRef, Subject

REPO = RepoRef("acme", "tally")
BEGIN = datetime(2026, 1, 5, 9, tzinfo=UTC)
PARTS = [
    "parser",
    "ledger",
    "exporter",
    "importer",
    "scheduler",
    "login page",
    "currency table",
    "report view",
    "cache",
    "search",
]
FAULTS = [
    "crashes",
    "hangs",
    "loses rows",
    "shows wrong totals",
    "ignores the setting",
    "prints garbage",
    "is slow",
    "drops the lock",
]
WHEN = [
    "on empty input",
    "after midnight",
    "with two users",
    "over a slow network",
    "with very long names",
    "on the second run",
    "when the disk is full",
    "in the Turkish locale",
]
TALK = [
    "I see this too since the update.",
    "Can you attach the log?",
    "It worked last month.",
    "Happens on every machine here.",
    "Is there a way around it?",
    "Thanks, that helped.",
    "Which version is this?",
]
SYLLABLES = [
    "bor",
    "cal",
    "dim",
    "fen",
    "gus",
    "hol",
    "jam",
    "kel",
    "lum",
    "mor",
    "nip",
    "ost",
    "pel",
    "quin",
    "ras",
    "sol",
    "tur",
    "vex",
]


@dataclass(frozen=True, slots=True)
class Told:
    """One issue of the history with what is asked about it; `number` 0 is a fault that was never reported."""

    number: int
    question: str
    answer: str


def word(dice: random.Random) -> str:
    """A word that nothing else holds."""
    return "".join(dice.choices(SYLLABLES, k=3))


def history(issues: int, dice: random.Random, texts: Texts | None = None) -> tuple[list[Event], list[Told]]:
    """Events in their order, and one question per issue plus one in four about what is not there; talk comes from the texts."""
    events: list[Event] = []
    asked: list[Told] = []
    for number in range(1, issues + 1):
        at = BEGIN + timedelta(hours=3 * number)
        part, fault, when, own, cause = dice.choice(PARTS), dice.choice(FAULTS), dice.choice(WHEN), word(dice), word(dice)
        title = f"The {part} {fault} {when} ({own})"
        body = f"Steps: open the {part} with a {own} record, then wait. It {fault}. See `tally/{own}.py`. {talk(dice, texts)}"
        answer = f"The cause is the {cause} check in the {part}: it compares {own} before it is loaded, so it {fault}."
        told = {"title": title, "body": body, "author": "mia", "state": "open", "labels": [], "assignees": []}
        events.append(event("issue.opened", number, at, "mia", told))
        for place in range(dice.randrange(1, 4)):
            who = dice.choice(["noa", "max"])
            events.append(comment(number, at + timedelta(minutes=10 + place), who, talk(dice, texts), told))
        told = told | {"labels": ["bug"], "assignees": ["casey"]}
        events.append(event("issue.labeled", number, at + timedelta(minutes=20), "noa", told))
        events.append(comment(number, at + timedelta(minutes=30), "noa", answer, told))
        if number % 2:
            message = f"Load {own} before the {cause} check\n\nfixes #{number}"
            commit = {"id": f"{number:07x}{dice.randrange(1 << 60):033x}", "message": message, "author": "noa", "login": "noa"}
            push = {"branch": "main", "default_branch": "main", "commits": [commit | {"modified": [f"tally/{own}.py"]}]}
            events.append(event("push", 0, at + timedelta(hours=1), "noa", push))
            told = told | {"state": "closed", "labels": []}
            events.append(event("issue.closed", number, at + timedelta(hours=1), "noa", told))
        asked.append(Told(number, f"The {part} {fault} with {own} records, why?", answer))
        if not number % 4:
            strange = f"The {dice.choice(PARTS)} {dice.choice(FAULTS)} with {word(dice)} and {word(dice)}, why?"
            asked.append(Told(0, strange, ""))
    return events, asked


def talk(dice: random.Random, texts: Texts | None) -> str:
    """What people say beside the matter."""
    return texts.piece(dice, dice.randrange(5, 120)) if texts else dice.choice(TALK)


def comment(number: int, at: datetime, who: str, text: str, told: dict[str, Any]) -> Event:
    """One comment; its number is its moment."""
    return event("issue.commented", number, at, who, told | {"comment": {"id": int(at.timestamp()) % 10**9, "body": text}})


def event(kind: EventKind, number: int, at: datetime, actor: str, payload: dict[str, Any]) -> Event:
    """One event of the repository, by a stranger as webhooks tell it."""
    subject = Subject(REPO, "issue" if number else "repo", number)
    label = Label(Integrity.STRANGER)
    return Event("gitea", kind, f"{kind}-{number}-{at.isoformat()}", actor, subject, at, payload, label)
