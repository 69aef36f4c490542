"""Attachments of a Gitea or Forgejo: listed by the API, fetched from the address that people use."""

from forgecrew.core.errors import RefusedError
from forgecrew.core.subject import RepoRef
from forgecrew.integrations.gitea.fields import number as number_of
from forgecrew.integrations.gitea.fields import text
from forgecrew.integrations.gitea.http import Transport, at
from forgecrew.ports.attachments import Attachment, Attachments


class GiteaAttachments:
    """Implements ports.attachments.Attachments."""

    def __init__(self, transport: Transport) -> None:
        self._http = transport

    async def of(self, repo: RepoRef, number: int, comment_id: int = 0) -> list[Attachment]:
        """Those of a thread's own text, or of one comment."""
        where = (
            "/repos/{owner}/{repo}/issues/comments/{id}/assets" if comment_id else "/repos/{owner}/{repo}/issues/{id}/assets"
        )
        found = await self._http.items(at(where, repo, id=comment_id or number))
        return [
            Attachment(uuid, text(one, "name"), number_of(one, "size"), f"{self._http.url}{at('/attachments/{id}', id=uuid)}")
            for one in found
            if (uuid := text(one, "uuid"))
        ]

    async def content(self, attachment: Attachment, *, bytes_max: int) -> bytes:
        """The file. The address is made anew from its id: no text decides where the token goes."""
        if attachment.bytes > bytes_max:
            raise RefusedError(f"{attachment.name} is larger than {bytes_max >> 20} MiB")
        answer = await self._http.outside(at("/attachments/{id}", id=attachment.id), bytes_max=bytes_max)
        return answer.content


def attachments(transport: Transport) -> Attachments:
    """The port on one connection."""
    return GiteaAttachments(transport)
