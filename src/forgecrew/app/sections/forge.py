"""Section [forge]: the forge that the crew lives on."""

from dataclasses import dataclass, field

from forgecrew.app.sections.bounds import starting_with, within


@dataclass(frozen=True, slots=True)
class ForgeSettings:
    """Where the crew lives."""

    kind: str = "gitea"
    """Folder in integrations/ that speaks to it."""
    url: str = field(default="", metadata=starting_with("http://", "https://"))
    """Address of the forge, e.g. http://localhost:3000."""
    repos: tuple[str, ...] = ()
    """Repositories that the crew works on, as owner/name; empty means all that its accounts were added to."""
    poll_seconds: float = field(default=60.0, metadata=within(1, 86_400))
    """Seconds between looks for what webhooks have not told."""
