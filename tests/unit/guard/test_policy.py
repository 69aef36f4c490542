import pytest
from hypothesis import given
from hypothesis import strategies as st

from forgecrew.core.intent import ActionClass
from forgecrew.core.label import Integrity, Label
from forgecrew.guard.policy import Verdict, class_of, decide

TABLE = """
                 A0    A1    A2    A3    A4   A5
OPERATOR      allow allow allow allow  ask  deny
OWNER         allow allow allow allow  ask  deny
COLLABORATOR  allow allow allow allow  ask  deny
MERGED        allow allow allow   ask  ask  deny
CONTRIBUTOR   allow allow allow   ask  ask  deny
STRANGER      allow allow   ask  deny deny  deny
WEB           allow allow   ask  deny deny  deny
"""
WIDER = """
OPERATOR      allow   ask   ask   ask  ask  deny
OWNER         allow   ask   ask   ask  ask  deny
COLLABORATOR  allow   ask   ask   ask  ask  deny
MERGED        allow  deny  deny  deny deny  deny
CONTRIBUTOR   allow  deny  deny  deny deny  deny
STRANGER      allow  deny  deny  deny deny  deny
WEB           allow  deny  deny  deny deny  deny
"""
SECRET = "\n".join(f"{name} allow deny deny deny deny deny" for name in Integrity.__members__)
RANKS = [Verdict.DENY, Verdict.ASK, Verdict.ALLOW]


def cells(text: str) -> list[tuple[Integrity, ActionClass, str]]:
    rows = [line.split() for line in text.strip().splitlines() if not line.strip().startswith("A0")]
    return [(Integrity[name], ActionClass(f"A{at}"), verdict) for name, *row in rows for at, verdict in enumerate(row)]


@pytest.mark.parametrize(
    ("readers", "target", "table"),
    [
        ("public", "repo:a/b", TABLE), ("public", "public", TABLE), ("repo:a/b", "repo:a/b", TABLE),
        ("repo:a/b", "repo:a/c", WIDER), ("repo:a/b", "public", WIDER), ("org:a", "repo:a/b", WIDER),
        ("secret", "repo:a/b", SECRET), ("secret", "secret", SECRET),
    ],
)  # fmt: skip
def test_every_cell(readers: str, target: str, table: str) -> None:
    assert len(cells(table)) == len(Integrity) * len(ActionClass)
    for integrity, action_class, verdict in cells(table):
        assert decide(Label(integrity, readers), target, action_class, "comment").verdict == verdict, (integrity, action_class)


def test_labels_of_the_set_are_free_for_strangers_only_there() -> None:
    def verdict(integrity: Integrity, target: str = "repo:a/b", readers: str = "public") -> Verdict:
        return decide(Label(integrity, readers), target, ActionClass.A2, "add_labels").verdict

    assert verdict(Integrity.STRANGER) is Verdict.ALLOW
    assert verdict(Integrity.WEB) is Verdict.ASK
    assert verdict(Integrity.STRANGER, "repo:a/c", "repo:a/b") is Verdict.DENY


@pytest.mark.parametrize(
    ("kind", "arguments", "declared", "expected"),
    [
        ("comment", {}, "A2", "A1"), ("comment", {}, "A4", "A4"), ("open_pull", {}, "A0", "A2"),
        ("submit_review", {"verdict": "COMMENT"}, "A2", "A1"), ("submit_review", {"verdict": "APPROVED"}, "A1", "A2"),
        ("submit_review", {}, "A1", "A2"), ("merge_pull", {}, "A1", "A5"),
    ],
)  # fmt: skip
def test_the_kind_says_how_far_it_reaches(kind: str, arguments: dict[str, object], declared: str, expected: str) -> None:
    assert class_of(kind, arguments, ActionClass(declared)) is ActionClass(expected)


READERS = st.sampled_from(["public", "repo:a/b", "repo:a/c", "org:a", "secret"])
LABELS = st.builds(Label, st.sampled_from(list(Integrity)), READERS)


@given(LABELS, LABELS, READERS, st.sampled_from(list(ActionClass)), st.sampled_from(["comment", "add_labels", "open_pull"]))
def test_reading_more_never_widens_what_is_allowed(
    label: Label, other: Label, target: str, action_class: ActionClass, kind: str
) -> None:
    before = decide(label, target, action_class, kind).verdict
    after = decide(label.meet(other), target, action_class, kind).verdict
    assert RANKS.index(after) <= RANKS.index(before)
