"""Reading what somebody brings to be measured on: small gaps are filled, what cannot be measured is said in a sentence."""

import json
import re
from pathlib import Path
from typing import Any

Item = dict[str, Any]


class BadData(ValueError):
    """What was brought cannot be measured; the message says why and where."""


def text(value: Any) -> str:
    """A text as it is; what is none is empty."""
    return value if isinstance(value, str) else ""


def parsed(path: Path, written: str, where: str = "") -> Any:
    try:
        return json.loads(written)
    except ValueError as error:
        raise BadData(f"{path}{where} is no JSON: {error}") from None


def read(path: Path) -> str:
    try:
        return path.read_text("utf8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadData(f"{path} cannot be read: {error}") from None


def items(path: Path, what: str) -> list[Item]:
    """A file that holds a list of objects, at least one."""
    found = parsed(path, read(path))
    if not isinstance(found, list) or not found or not all(isinstance(one, dict) for one in found):
        raise BadData(f"{path} holds no list of {what}: [{{…}}, …]")
    return found


def conversations(path: Path) -> list[Item]:
    """Conversations of LoCoMo's form, sorted by id; turns without an id are kept, questions without words are left out."""
    made = []
    for number, one in enumerate(items(path, "conversations")):
        talk = one.get("conversation")
        if not isinstance(talk, dict) or not any(re.fullmatch(r"session_\d+", name) for name in talk):
            raise BadData(f"{path}: conversation {number + 1} has no `conversation` with `session_1`, `session_2` …")
        talk = {name: _turns(part) if re.fullmatch(r"session_\d+", name) else text(part) for name, part in talk.items()}
        asked = [
            _question(each) for each in one.get("qa") or [] if isinstance(each, dict) and text(each.get("question")).strip()
        ]
        made.append(
            {"sample_id": str(one.get("sample_id") or f"conversation {number + 1:04}"), "conversation": talk, "qa": asked}
        )
    if len({one["sample_id"] for one in made}) < len(made):
        raise BadData(f"{path}: two conversations have the same sample_id")
    return sorted(made, key=lambda one: one["sample_id"])


def _turns(part: Any) -> list[Item]:
    turns = [turn for turn in part if isinstance(turn, dict)] if isinstance(part, list) else []
    return [
        {"dia_id": text(turn.get("dia_id")), "speaker": text(turn.get("speaker")), "text": text(turn.get("text")),
         "blip_caption": text(turn.get("blip_caption"))}
        for turn in turns
    ]  # fmt: skip


def _question(one: Item) -> Item:
    told = one.get("evidence") or []
    told = [told] if isinstance(told, str) else told
    category = one.get("category")
    return {
        "question": one["question"],
        "evidence": [text(each) for each in told],
        "category": category if isinstance(category, int) else 0,
    }


def reports(folder: Path) -> tuple[list[Item], Item]:
    """Reports from the oldest on, each with its place as `at`, and what is known of twins, by these places."""
    file = folder / "reports.jsonl"
    rows = [_report(file, number, line) for number, line in enumerate(read(file).splitlines(), 1) if line.strip()]
    rows.sort(key=lambda one: [int(part) if part.isdigit() else 0 for part in re.findall(r"\d+", one["id"])] or [0])
    place = {one["id"]: at for at, one in enumerate(rows)}
    if len(place) < len(rows):
        raise BadData(f"{file}: two reports have the same id")
    file = folder / "cases.json"
    told = parsed(file, read(file))
    pairs = told.get("cases") if isinstance(told, dict) else None
    if not isinstance(pairs, list):
        raise BadData(f'{file} is not of the form {{"cases": [{{"id": …, "gold": […]}}], "in_a_pair": […]}}')
    cases = []
    for one in pairs:
        at = place.get(str(one.get("id"))) if isinstance(one, dict) else None
        gold = [place[str(twin)] for twin in (one.get("gold") or [] if at is not None else []) if str(twin) in place]
        if at is not None and at >= 2 and (older := [twin for twin in gold if twin < at]):
            cases.append((at, older))
    if not cases:
        raise BadData(f"{folder} holds no case whose older twin is among its {len(rows)} reports")
    paired = {place[str(one)] for one in told.get("in_a_pair") or [] if str(one) in place}
    return rows, {"cases": cases, "in_a_pair": paired | {one for at, gold in cases for one in (at, *gold)}}


def _report(file: Path, number: int, line: str) -> Item:
    one = parsed(file, line, f", line {number},")
    if not isinstance(one, dict) or one.get("id") in (None, ""):
        raise BadData(f"{file}, line {number} is no report with an id")
    return {"id": str(one["id"]), "title": text(one.get("title")), "body": text(one.get("body"))}


def fixes(path: Path) -> list[Item]:
    """Fixes with what was said, the commit before them and the files that they touched."""
    for number, one in enumerate(found := items(path, "fixes"), 1):
        gold = one.get("gold")
        if not text(one.get("query")).strip() or not text(one.get("parent")) or not isinstance(gold, list) or not gold:
            raise BadData(f"{path}: fix {number} lacks one of `query`, `parent`, `gold` (a list of paths)")
    return found
