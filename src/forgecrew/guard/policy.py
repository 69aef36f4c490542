"""The policy: what a label may do, as a pure function over one table; nothing that a model says widens a rule."""

from dataclasses import dataclass
from enum import StrEnum

from forgecrew.core.intent import ActionClass
from forgecrew.core.json import Json
from forgecrew.core.label import PUBLIC, Integrity, Label


class Verdict(StrEnum):
    """What becomes of an intent: done, shown to a person first, or refused."""

    ALLOW = "allow"
    ASK = "ask"
    DENY = "deny"


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict, the class that was judged, and in words why."""

    verdict: Verdict
    action_class: ActionClass
    reason: str


_ALLOW, _ASK, _DENY = Verdict.ALLOW, Verdict.ASK, Verdict.DENY

#                        A0      A1      A2      A3      A4     A5
_TABLE = {
    Integrity.OPERATOR: (_ALLOW, _ALLOW, _ALLOW, _ALLOW, _ASK, _DENY),
    Integrity.OWNER: (_ALLOW, _ALLOW, _ALLOW, _ALLOW, _ASK, _DENY),
    Integrity.COLLABORATOR: (_ALLOW, _ALLOW, _ALLOW, _ALLOW, _ASK, _DENY),
    Integrity.MERGED: (_ALLOW, _ALLOW, _ALLOW, _ASK, _ASK, _DENY),
    Integrity.CONTRIBUTOR: (_ALLOW, _ALLOW, _ALLOW, _ASK, _ASK, _DENY),
    Integrity.STRANGER: (_ALLOW, _ALLOW, _ASK, _DENY, _DENY, _DENY),
    Integrity.WEB: (_ALLOW, _ALLOW, _ASK, _DENY, _DENY, _DENY),
}  # fmt: skip

_CLASSES = {
    "react": ActionClass.A1,
    "status_comment": ActionClass.A1,
    "comment": ActionClass.A1,
    "add_labels": ActionClass.A2,
    "push_branch": ActionClass.A2,
    "open_pull": ActionClass.A2,
    "edit_pull": ActionClass.A2,
    "propose_page": ActionClass.A2,
    "request_review": ActionClass.A2,
    "submit_review": ActionClass.A1,
    "offer_preview": ActionClass.A2,
    "preview_status": ActionClass.A2,
}


def class_of(kind: str, arguments: Json, declared: ActionClass) -> ActionClass:
    """How far an intent reaches. The kind decides; who proposes can only declare more, from A3 on. Unknown kinds are A5."""
    own = _CLASSES.get(kind, ActionClass.A5)
    if kind == "submit_review" and arguments.get("verdict") not in ("COMMENT", "REQUEST_CHANGES"):
        own = ActionClass.A2
    return max(own, declared) if declared >= ActionClass.A3 else own


def decide(label: Label, target_readers: str, action_class: ActionClass, kind: str) -> Decision:
    """What a run with this label may do where `target_readers` can read the result.

    Beside the table: labels from the repository's own set are free for strangers' issues, and what some may not read is never
    written where they can.
    """
    verdict = _TABLE[label.integrity][int(action_class.value[1])]
    reason = f"{action_class} on what a {label.integrity.name.lower()} wrote"
    if kind == "add_labels" and action_class is ActionClass.A2 and label.integrity is Integrity.STRANGER:
        verdict = Verdict.ALLOW
    if action_class is not ActionClass.A0 and not within(target_readers, label.readers):
        trusted = label.integrity >= Integrity.COLLABORATOR and label.readers != "secret"
        wider = Verdict.ASK if trusted and verdict is not Verdict.DENY else Verdict.DENY
        return Decision(wider, action_class, f"{reason}, and {target_readers} may read more than {label.readers}")
    return Decision(verdict, action_class, reason)


def within(target_readers: str, readers: str) -> bool:
    """Whether everybody of target_readers surely belongs to readers."""
    return readers == PUBLIC or (readers == target_readers and readers != "secret")
