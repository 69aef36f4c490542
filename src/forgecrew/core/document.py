"""A document that somebody sent to memory, and what came of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

DocumentState = Literal["waiting", "kept", "refused", "replaced", "forgotten"]


@dataclass(frozen=True, slots=True)
class Document:
    """One document of a repository (owner/name).

    `kind` is text, markdown, html, pdf, docx or archive; `label` as core.label writes it; `source` says where it was found
    (empty: sent by `sent_by`); `problem` is why it was refused, `notes` what was left out of it; `places` counts its pages,
    sections or files.
    """

    id: str
    repo: str
    name: str
    kind: str
    sha256: str
    bytes: int
    source: str
    sent_by: str
    label: str
    state: DocumentState
    problem: str
    notes: tuple[str, ...]
    places: int
    at: datetime
    read_at: datetime | None = None
