"""The graph in JSON: entities, and relations with their source."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from forgecrew.api.graph_words import label_of, page_of, source_url, told_by, words_of
from forgecrew.memory.graph.around import Group
from forgecrew.store.queries.entities import Entity
from forgecrew.store.queries.relations import Relation
from forgecrew.store.queries.said_of import Source


@dataclass(frozen=True, slots=True)
class EntityShape:
    """One entity; `url` is its page on the forge, empty when none. `label` is its name in one line."""

    id: int
    kind: str
    key: str
    name: str
    label: str
    repo: str
    readers: str
    url: str


@dataclass(frozen=True, slots=True)
class RelationShape:
    """One relation with the entity at its far end; `until` null: it has not ended."""

    id: int
    kind: str
    direction: str
    other: EntityShape
    since: datetime
    until: datetime | None
    confidence: float
    source: str
    source_url: str


@dataclass(frozen=True, slots=True)
class GroupShape:
    """Relations of one kind and direction: all counted, some shown."""

    kind: str
    direction: str
    words: str
    count: int
    shown: list[RelationShape]


def entity_shape(one: Entity, forge_url: str) -> EntityShape:
    """The shape of an entity."""
    url = page_of(one.kind, one.key, forge_url)
    return EntityShape(one.id, one.kind, one.key, one.name, label_of(one), one.repo, one.readers, url)


def group_shape(group: Group, told: Mapping[str, Source], others: Mapping[int, Entity], forge_url: str) -> GroupShape:
    """The shape of a group; `told` holds events by id, `others` the far ends that may be read."""
    shown = [
        _relation(one, group.direction, told.get(one.event_id), others[one.other_id], forge_url)
        for one in group.shown
        if one.other_id in others
    ]
    return GroupShape(group.kind, group.direction, words_of(group.kind, group.direction), group.count, shown)


def _relation(one: Relation, direction: str, source: Source | None, other: Entity, forge_url: str) -> RelationShape:
    return RelationShape(
        id=one.id, kind=one.kind, direction=direction, other=entity_shape(other, forge_url), since=one.valid_from,
        until=one.valid_to, confidence=one.confidence, source=told_by(source),
        source_url=source_url(source, forge_url),
    )  # fmt: skip
