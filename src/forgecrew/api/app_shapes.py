"""How apps look in JSON."""

from dataclasses import dataclass
from datetime import datetime

from forgecrew.api.container_shapes import ContainerShape, container_shape
from forgecrew.core.app import App
from forgecrew.core.sandbox_view import SandboxView


@dataclass(frozen=True, slots=True)
class AppShape:
    """An app. `url` is its own origin; `open_url` leads a signed-in person there; both are empty once it has ended.

    `seconds_left` is null for permanent ones. `container` is its sandbox with what it uses now; null while it has none.
    """

    id: str
    name: str
    title: str
    owner: str
    repo: str
    task_id: int
    state: str
    problem: str
    public: bool
    permanent: bool
    restarts: int
    version: int
    url: str
    open_url: str
    ttl_seconds: int
    seconds_left: float | None
    created_at: datetime | None
    expires_at: datetime | None
    ready_at: datetime | None
    container: ContainerShape | None = None


def app_shape(
    app: App, *, apps_url: str, public_url: str, now: datetime, view: SandboxView | None = None
) -> AppShape:  # fmt: skip
    """The shape of an app; `view` is its sandbox."""
    scheme, _, rest = apps_url.partition("://")
    live = app.state.value not in ("expired", "removed")
    left = max(0.0, (app.expires_at - now).total_seconds()) if app.expires_at else None
    return AppShape(
        id=app.id, name=app.name, title=app.title, owner=app.owner, repo=app.repo, task_id=app.task_id, state=app.state.value,
        problem=app.problem, public=app.public, permanent=app.permanent, restarts=app.restarts, version=app.version,
        url=f"{scheme}://{app.name}.{rest}/" if live else "", open_url=f"{public_url}/apps/{app.id}/open" if live else "",
        ttl_seconds=app.ttl_seconds, seconds_left=left, created_at=app.created_at, expires_at=app.expires_at,
        ready_at=app.ready_at, container=container_shape(view, public_url) if view else None,
    )  # fmt: skip
