"""The one condition by which every question to memory is bound to what its asker may read."""

import sqlalchemy as sa

from forgecrew.core.scope import Scope


def visible(table: sa.FromClause, scope: Scope) -> sa.ColumnElement[bool]:
    """Rows that the scope allows; the table has the columns `readers` and `repo`."""
    allowed = table.c.readers.in_(sorted(scope.readers))
    return allowed if scope.repos is None else sa.and_(allowed, table.c.repo.in_(sorted(scope.repos)))
