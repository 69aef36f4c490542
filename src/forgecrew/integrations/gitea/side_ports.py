"""What a connection offers beside threads, pull requests and repositories."""

from dataclasses import dataclass

from forgecrew.integrations.gitea.attachments import attachments
from forgecrew.integrations.gitea.http import Transport
from forgecrew.integrations.gitea.people import people
from forgecrew.integrations.gitea.statuses import statuses
from forgecrew.ports.attachments import Attachments
from forgecrew.ports.commit_statuses import CommitStatuses
from forgecrew.ports.people import People


@dataclass(frozen=True, slots=True)
class SidePorts:
    """Accounts, files that people attached, statuses beside commits."""

    people: People
    attachments: Attachments
    statuses: CommitStatuses


def side_ports(transport: Transport) -> SidePorts:
    """On one connection."""
    return SidePorts(people(transport), attachments(transport), statuses(transport))
