"""What all tables share: their registry, names for constraints, and points in time that stay aware of UTC."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Utc(sa.types.TypeDecorator[datetime]):
    """A point in time: aware in Python, UTC without zone in the database (SQLite keeps none)."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Refuse naive values: they would silently mean another time."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime cannot be stored")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Make it aware again."""
        return None if value is None else value.replace(tzinfo=UTC)


ID = sa.String(26)
"""Type of ids from core.ids."""

JSON: sa.types.TypeEngine[Any] = sa.JSON()
"""Any JSON value."""

FLOAT: sa.types.TypeEngine[float] = sa.Float()
"""A measured figure."""

BIG: sa.types.TypeEngine[int] = sa.BigInteger().with_variant(sa.Integer, "sqlite")
"""A whole number that counts rows of memory; SQLite numbers rows by itself only in a column called INTEGER."""
