"""The house in figures: lengths, imports, circles, and the context that a model needs to change one file.

    python -m tests.tidy.measure [--json]

Tokens are characters / 4. The context of a file is the file itself with the signatures of the first-party modules that
it imports directly: bodies left out, of every docstring, also of classes, modules and fields, the first line kept.
"""

import argparse
import ast
import functools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import grimp

from .tree import SOURCE, modules, shown

WORST = 10
AIMS = {"lines": 250, "function lines": 60, "first-party imports": 8, "context tokens": 4000}
CONTEXT_TOKENS_MAX = 8000
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
Function = TypeVar("Function", ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Figures:
    """What one file measures."""

    path: str
    lines: int
    longest_function: int
    imports: int
    context_tokens: int

    def of(self, aim: str) -> int:
        """The figure that an aim is about."""
        return {
            "lines": self.lines,
            "function lines": self.longest_function,
            "first-party imports": self.imports,
            "context tokens": self.context_tokens,
        }[aim]


@functools.cache
def graph() -> grimp.ImportGraph:
    """Who imports whom; imports inside functions and for type checkers alone count too."""
    return grimp.build_graph("forgecrew", cache_dir=None)


def name_of(path: Path) -> str:
    """The module's name."""
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


class _Signatures(ast.NodeTransformer):
    """Leaves of a function its signature, and of every docstring (of fields too) its first line."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        """Cut the body."""
        return _cut(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AsyncFunctionDef:
        """Cut the body."""
        return _cut(node)

    def visit_Expr(self, node: ast.Expr) -> ast.Expr:
        """Shorten a text that stands alone: the docstring of a module, a class or a field."""
        if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            return ast.Expr(ast.Constant(_first_line(node.value.value)))
        return node


def _cut(node: Function) -> Function:
    text = ast.get_docstring(node)
    node.body = [ast.Expr(ast.Constant(_first_line(text) if text else ...))]
    return node


def _first_line(text: str) -> str:
    return text.strip().splitlines()[0]


def signatures(text: str) -> str:
    """A module without the bodies of its functions and without what follows the first line of a docstring."""
    return ast.unparse(_Signatures().visit(ast.parse(text)))


@functools.cache
def measured() -> tuple[Figures, ...]:
    """Figures of every file of the package that holds more than a docstring."""
    texts = {name_of(path): path.read_text() for path in modules()}
    outlines = {name: len(signatures(text)) // 4 for name, text in texts.items()}
    found: list[Figures] = []
    for path in modules():
        name = name_of(path)
        tree = ast.parse(texts[name])
        if len(tree.body) < 2:
            continue
        imported = graph().find_modules_directly_imported_by(name) if name in graph().modules else set()
        functions = [node for node in ast.walk(tree) if isinstance(node, _FUNCTIONS)]
        found.append(
            Figures(
                path=shown(path),
                lines=len(texts[name].splitlines()),
                longest_function=max(((node.end_lineno or node.lineno) - node.lineno + 1 for node in functions), default=0),
                imports=len(imported),
                context_tokens=len(texts[name]) // 4 + sum(outlines.get(other, 0) for other in imported),
            )
        )
    return tuple(found)


def cycles() -> list[set[str]]:
    """Groups of modules that import each other in a circle."""
    edges = {name: set(graph().find_modules_directly_imported_by(name)) for name in graph().modules}
    back: dict[str, set[str]] = {name: set() for name in edges}
    for name, targets in edges.items():
        for target in targets:
            back[target].add(name)

    def reach(start: str, ways: dict[str, set[str]]) -> set[str]:
        seen, todo = {start}, [start]
        while todo:
            new = ways[todo.pop()] - seen
            seen |= new
            todo += new
        return seen

    left, circles = set(edges), []
    while left:
        name = next(iter(left))
        circle = reach(name, edges) & reach(name, back)
        left -= circle
        if len(circle) > 1:
            circles.append(circle)
    return circles


def summary() -> dict[str, float | int]:
    """The house in one line of figures."""
    rows = measured()
    contexts = [row.context_tokens for row in rows]
    figures: dict[str, float | int] = {
        "files": len(rows),
        "total lines": sum(row.lines for row in rows),
        "cycles": len(cycles()),
    }
    for aim, bound in AIMS.items():
        figures[f"most {aim}"] = max(row.of(aim) for row in rows)
        figures[f"files over {bound} {aim}"] = sum(row.of(aim) > bound for row in rows)
    figures["context within 4K tokens, %"] = round(100 * sum(n <= AIMS["context tokens"] for n in contexts) / len(rows), 1)
    figures["context within 8K tokens, %"] = round(100 * sum(n <= CONTEXT_TOKENS_MAX for n in contexts) / len(rows), 1)
    return figures


def main() -> None:
    """Print the table, or one JSON object."""
    parser = argparse.ArgumentParser(description="The house in figures.")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of the table")
    if parser.parse_args().json:
        worst = {aim: {row.path: row.of(aim) for row in _worst(aim)} for aim in AIMS}
        print(json.dumps({"figures": summary(), "worst": worst, "cycles": [sorted(circle) for circle in cycles()]}))
        return
    for key, value in summary().items():
        print(f"{key:34} {value:>9}")
    for aim, bound in AIMS.items():
        print(f"\nmost {aim} (aim: at most {bound})")
        for row in _worst(aim):
            print(f"  {row.of(aim):>6} {'over ' if row.of(aim) > bound else '     '}{row.path}")
    for circle in cycles():
        print("\ncircle of imports:", ", ".join(sorted(circle)))


def _worst(aim: str) -> list[Figures]:
    return sorted(measured(), key=lambda row: -row.of(aim))[:WORST]


if __name__ == "__main__":
    main()
