"""What the documents say about the code is there."""

import re

from .tree import PACKAGE, ROOT, tracked

_LINK = re.compile(r"\]\((?!https?://|#|mailto:)([^)#\s]+)")
_TEST = re.compile(r"`(tests/[\w/.-]+)(?:::(\w+))?`")


def test_glossary_names_every_file_of_core_and_no_other() -> None:
    named = set(re.findall(r"`core/(\w+)\.py`", (ROOT / "docs/GLOSSARY.md").read_text()))
    assert named == {path.stem for path in (PACKAGE / "core").glob("*.py")} - {"__init__"}


def test_tests_that_hold_the_invariants_exist() -> None:
    found = _TEST.findall((ROOT / "ARCHITECTURE.md").read_text())
    assert found
    missing = [
        f"{path}::{name}" if name else path
        for path, name in found
        if not (ROOT / path).exists() or (name and f"def {name}(" not in (ROOT / path).read_text())
    ]
    assert missing == []


def test_links_between_documents_lead_somewhere() -> None:
    pages = [path for path in tracked() if path.suffix == ".md" and not path.is_relative_to(PACKAGE / "app" / "demo")]
    broken = [f"{page.relative_to(ROOT)}: {link}" for page in pages for link in _LINK.findall(page.read_text())
              if not (page.parent / link).exists()]  # fmt: skip
    assert broken == []


def test_every_decision_is_in_the_index() -> None:
    index = (ROOT / "docs/adr/README.md").read_text()
    numbers = sorted(path.name for path in (ROOT / "docs/adr").glob("[0-9]*.md"))
    assert [name for name in numbers if f"({name})" not in index] == []
    assert [int(name[:4]) for name in numbers] == list(range(1, len(numbers) + 1))
