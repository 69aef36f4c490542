"""What one container is given: a folder of files for the engine, and the engine's words."""

import tempfile
from pathlib import Path

from forgecrew.core.sandbox import Profile
from forgecrew.integrations.podman.arguments import Plan, run_words
from forgecrew.integrations.podman.names import owner
from forgecrew.integrations.podman.root_tree import make_root
from forgecrew.integrations.podman.seccomp import filter_text


def given_files(plan: Plan) -> Path:
    """The folder, named after us: the syscall filter, and the root where there is no image. The caller removes it."""
    folder = Path(tempfile.mkdtemp(prefix=f"{owner(plan.scope)}-"))
    folder.chmod(0o711)
    if filter_text():
        (folder / "seccomp.json").write_text(filter_text())
    if not plan.image:
        make_root(folder / "root", plan.spec)
    return folder


def words_of(plan: Plan, profile: Profile, name: str, files: Path, *, gate: bool) -> list[str]:
    """The whole command line."""
    return [*plan.engine.line, *run_words(plan, profile, name, files, gate=gate)]
