"""Paths that an agent's push may not touch: what runs with secrets, what says who decides, what steers agents."""

import re
import unicodedata
from collections.abc import Iterable

_FORBIDDEN = re.compile(
    r"""
      \.(gitea|github|forgejo)(/(workflows|actions)(/|$)|$)
    | \.(gitea|github|forgejo)/copilot-instructions\.md$
    | \.(woodpecker|drone|circleci|buildkite|cirrus|tekton|builds?)(/|\.|$)
    | \.gitlab-ci\.ya?ml$ | \.travis\.ya?ml$ | (.*/)?jenkinsfile$ | (azure|bitbucket)-pipelines\.ya?ml$ | \.?appveyor\.ya?ml$
    | (\.gitea/|\.github/|\.forgejo/|docs/)?codeowners$
    | \.forgecrew(/|$)
    | (.*/)?(agents|claude|gemini)\.md$ | (.*/)?\.(claude|cursor|cursorrules|windsurfrules|clinerules|mcp\.json|husky)(/|$)
    | (.*/)?\.gitmodules$
    | (.*/)?(\.git|git~\d+)(/|$)
    | (.*/)?\.\.(/|$)
    | /
    """,
    re.VERBOSE,
)


def forbidden(paths: Iterable[str]) -> list[str]:
    """Those of the paths (relative to the repository) that a person must change."""
    return [path for path in paths if _FORBIDDEN.match(_folded(path))]


def _folded(path: str) -> str:
    """As a file system that ignores letter case and invisible characters sees it."""
    visible = "".join(character for character in path if unicodedata.category(character) not in ("Cf", "Cc"))
    segments = unicodedata.normalize("NFKC", visible).casefold().replace("\\", "/").split("/")
    return "/".join(segment if segment in (".", "..") else segment.rstrip(". ") for segment in segments).removeprefix("./")
