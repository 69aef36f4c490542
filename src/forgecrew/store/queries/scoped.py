"""The one condition by which every question to memory is bound to what its asker may read."""

import sqlalchemy as sa

from forgecrew.core.scope import Scope


def visible(table: sa.FromClause, scope: Scope) -> sa.ColumnElement[bool]:
    """Rows that the scope allows; the table has the columns `readers` and `repo`, texts `integrity` and mostly `author` too."""
    allowed = table.c.readers.in_(sorted(scope.readers))
    if scope.repos is not None:
        allowed = sa.and_(allowed, table.c.repo.in_(sorted(scope.repos)))
    if scope.integrity_min and "integrity" in table.c:
        fit = table.c.integrity >= scope.integrity_min
        if scope.trusted and "author" in table.c:
            fit = sa.or_(fit, sa.func.lower(table.c.author).in_(sorted(scope.trusted)))
        allowed = sa.and_(allowed, fit)
    return allowed
