"""One real Gitea for all that needs one."""

from tests.gitea_process import gitea_forge

__all__ = ["gitea_forge"]
