"""Which operations an instance offers, by its own description of its API."""

from typing import cast

from forgecrew.core.errors import NotFound
from forgecrew.core.json import Json
from forgecrew.integrations.gitea.fields import dig
from forgecrew.integrations.gitea.http import Transport

_METHODS = frozenset({"get", "post", "put", "patch", "delete"})


async def operations(transport: Transport) -> frozenset[str]:
    """As "GET /repos/{owner}/{repo}" and the like; nothing where the instance hides its description."""
    try:
        paths = dig((await transport.outside("/swagger.v1.json")).json(), "paths")
    except (NotFound, ValueError):
        return frozenset()
    return _operations(paths)


def _operations(paths: object) -> frozenset[str]:
    if not isinstance(paths, dict):
        return frozenset()
    templates = cast(Json, paths)
    return frozenset(
        f"{method.upper()} {path}" for path in templates for method in _METHODS if dig(templates, path, method) is not None
    )
