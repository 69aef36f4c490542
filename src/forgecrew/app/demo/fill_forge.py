"""What is on the demo's forge before the crew comes: a person, a small project, labels."""

from pathlib import Path

from forgecrew.core.subject import RepoRef
from forgecrew.integrations.gitea.forge import connect
from forgecrew.integrations.practice import seed
from forgecrew.ports.forge import Forge

LABELS = (
    ("kind/bug", "#b3261e", "Something does what it should not"),
    ("kind/feature", "#1e6fb3", "Something that does not exist yet"),
    ("kind/docs", "#6b5fb3", "Words that are wrong or missing"),
    ("status/ready", "#2e7d32", "Somebody can start"),
    ("status/needs-info", "#8d6e00", "The author must tell more"),
)


async def fill_forge(url: str, admin: str, person: str, password: str, repo: RepoRef, project: Path) -> tuple[str, str, Forge]:
    """The admin's token, the person's, and the forge as the person sees it."""
    await seed.seed_account(url, admin, password, person, password, full_name="Mira Okafor")
    await seed.seed_repository(url, admin, password, repo.owner, repo.name, project)
    admin_token = await seed.seed_token(url, admin, password, "demo")
    person_token = await seed.seed_token(url, person, password, "demo")
    forge = connect(url, person_token)
    for name, color, description in LABELS:
        await forge.repositories.create_label(repo, name, color, description)
    return admin_token, person_token, forge
