"""The list of operations that the practice forge offers, its description, and finding the one that a request asks for."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from forgecrew.integrations.practice.records import Row
from forgecrew.integrations.practice.web import Run

VERSION = "1.26.0+practice"


@dataclass(frozen=True, slots=True)
class Operation:
    """One method on one path below /api/v1. `scope` is the token scope category, empty where none is needed."""

    method: str
    template: str
    scope: str
    run: Run
    pattern: re.Pattern[str]


class Operations:
    """Operations of one resource, collected by decorators: `@operations.on("GET /user", "user")`.

    Put together from several, they are tried with the plainer paths first.
    """

    def __init__(self, *parts: "Operations") -> None:
        self.all: list[Operation] = [operation for part in parts for operation in part.all]
        self.all.sort(key=lambda operation: (_open_parts(operation.template), -len(operation.template)))

    def on(self, title: str, scope: str = "") -> Callable[[Run], Run]:
        """Register a function for `METHOD /template`; a template part `{*name}` may hold slashes."""
        method, _, template = title.partition(" ")

        def register(run: Run) -> Run:
            self.all.append(Operation(method, template.replace("{*", "{"), scope, run, _pattern(template)))
            return run

        return register

    def find(self, method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
        """The operation for a path below /api/v1 whose parts are still percent-encoded."""
        for operation in self.all:
            if operation.method == method and (match := operation.pattern.fullmatch(path)):
                return operation, match.groupdict()
        return None

    def known(self, path: str) -> bool:
        """Whether any method is offered at this path."""
        return any(operation.pattern.fullmatch(path) for operation in self.all)

    def description(self) -> Row:
        """What GET /swagger.v1.json tells: exactly the operations above."""
        paths: dict[str, Row] = {}
        for operation in self.all:
            names: list[str] = re.findall(r"{(\w+)}", operation.template)
            parameters = [{"name": name, "in": "path", "required": True, "type": "string"} for name in names]
            told: Row = {"summary": (operation.run.__doc__ or "").strip(), "parameters": parameters, "responses": {}}
            paths.setdefault(operation.template, {})[operation.method.lower()] = told
        info = {"title": "practice forge", "version": VERSION}
        return {"swagger": "2.0", "info": info, "basePath": "/api/v1", "paths": paths}


def _open_parts(template: str) -> int:
    return sum("{" in part for part in template.split("/"))


def _pattern(template: str) -> re.Pattern[str]:
    escaped = re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", template.replace(".", r"\."))
    return re.compile(re.sub(r"{\*(\w+)}", r"(?P<\1>.+)", escaped))
