"""One grammar of tree-sitter per language, loaded when its first file comes; what it asks for stands in grammars/*.scm."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Parser, Query

LANGUAGES = ("python", "typescript", "tsx", "javascript", "go", "rust", "java", "c", "cpp")
FOLDER = Path(__file__).with_name("grammars")
_FILE: Mapping[str, str] = {"tsx": "typescript"}


@dataclass(frozen=True, slots=True, eq=False)
class Grammar:
    """A parser and what to look for in its trees. Both are used by one thread at a time."""

    language: str
    parser: "Parser"
    query: "Query"


@functools.cache
def grammar_of(language: str) -> Grammar | None:
    """The grammar of a language; None when it is not installed or does not fit the library: then lines are read."""
    if language not in LANGUAGES:
        return None
    try:
        from tree_sitter import Language, Parser, Query

        made = Language(_pointer(language))
        asked = (FOLDER / f"{_FILE.get(language, language)}.scm").read_text()
        return Grammar(language, Parser(made), Query(made, asked))
    except (ImportError, ValueError):  # QueryError is a ValueError, as is a grammar of another age
        return None


def missing() -> list[str]:
    """Languages whose grammar does not load: doctor names them."""
    return [language for language in LANGUAGES if grammar_of(language) is None]


def _pointer(language: str) -> object:
    """Written out, as modules are never imported by a name that is put together."""
    if language == "python":
        import tree_sitter_python as grammar
    elif language == "javascript":
        import tree_sitter_javascript as grammar
    elif language == "go":
        import tree_sitter_go as grammar
    elif language == "rust":
        import tree_sitter_rust as grammar
    elif language == "java":
        import tree_sitter_java as grammar
    elif language == "c":
        import tree_sitter_c as grammar
    elif language == "cpp":
        import tree_sitter_cpp as grammar
    else:
        import tree_sitter_typescript as typescript

        return typescript.language_tsx() if language == "tsx" else typescript.language_typescript()
    return grammar.language()
