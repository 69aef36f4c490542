"""Which paths a model may name inside its workspace."""

import posixpath

from forgecrew.core.signals import TellModel

PATH_CHARACTERS_MAX = 400


def workspace_path(argument: str) -> str:
    """The path relative to the workspace, tidied. Raises TellModel for absolute paths, `..`, and anything in `.git`."""
    path = argument.strip().strip("`'\"").strip()
    if not path:
        raise TellModel("The path is missing. Write it after the kind, e.g. ```edit src/app.py")
    if len(path) > PATH_CHARACTERS_MAX or any(ord(character) < 32 for character in path):
        raise TellModel("That path is too long or has control characters. Give one path on the line of the fence.")
    if path.startswith(("/", "~", "\\")):
        raise TellModel(f"{path}: paths are relative to the workspace; leave out the leading {path[0]}")
    parts = path.replace("\\", "/").split("/")
    if ".." in parts:
        raise TellModel(f"{path}: `..` is not allowed; name the path from the top of the workspace")
    if any(part.lower().rstrip(" .") == ".git" for part in parts):
        raise TellModel(f"{path}: .git belongs to git; it cannot be changed")
    tidy = posixpath.normpath(path)
    if tidy == ".":
        raise TellModel(f"{path}: that is a folder; name a file")
    return tidy
