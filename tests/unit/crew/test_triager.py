"""Labels that the triager sets are always the repository's own."""

from forgecrew.crew.triager.procedure import fitting

OFFERED = ["kind/bug: Something is wrong", "kind/docs", "status/ready: Somebody can start"]


def test_only_offered_labels_in_their_own_spelling():
    assert fitting(["KIND/DOCS", "invented", "kind/bug: Something is wrong"], OFFERED, "other", "needs_info") == [
        "kind/docs",
        "kind/bug",
    ]


def test_the_judgement_counts_even_when_the_label_was_not_named():
    assert fitting([], OFFERED, "bug", "ready") == ["kind/bug", "status/ready"]


def test_a_repository_without_labels_gets_none():
    assert fitting(["bug"], [], "bug", "ready") == []
