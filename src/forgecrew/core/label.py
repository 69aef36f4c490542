"""Labels: who wrote a text (integrity) and who may read it (readers). A run keeps the lowest of what it has read."""

from dataclasses import dataclass
from enum import IntEnum

PUBLIC = "public"


class Integrity(IntEnum):
    """How far the author of a text is trusted; higher is more."""

    WEB = 0
    STRANGER = 1
    CONTRIBUTOR = 2
    MERGED = 3
    COLLABORATOR = 4
    OWNER = 5
    OPERATOR = 6


@dataclass(frozen=True, slots=True)
class Label:
    """Integrity and readers of one text; readers is `public`, `repo:owner/name`, `org:name` or `secret`."""

    integrity: Integrity = Integrity.STRANGER
    readers: str = PUBLIC

    def meet(self, other: "Label") -> "Label":
        """The label of a text made from both: the lower integrity and the narrower readers."""
        if self.readers == other.readers or other.readers == PUBLIC:
            readers = self.readers
        elif self.readers == PUBLIC:
            readers = other.readers
        else:
            readers = "secret"
        return Label(min(self.integrity, other.integrity), readers)

    def __str__(self) -> str:
        return f"{self.integrity.name.lower()}/{self.readers}"

    @classmethod
    def parse(cls, text: str) -> "Label":
        """The inverse of str(); raises ValueError for anything else."""
        name, _, readers = text.partition("/")
        if name.upper() not in Integrity.__members__ or not readers:
            raise ValueError(f"not a label: {text!r}")
        return cls(Integrity[name.upper()], readers)
