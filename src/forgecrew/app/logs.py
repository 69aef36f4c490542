"""How processes log: one line per happening, to standard error, without secrets or bodies."""

import logging
import os
import sys
from datetime import datetime

_QUIET = ("httpx", "httpcore", "uvicorn", "asyncio", "alembic", "sqlalchemy", "aiosqlite", "dbos")


class _Line(logging.Formatter):
    """`12:03:04 message`; the level stands before the message only when somebody should look at it."""

    def format(self, record: logging.LogRecord) -> str:
        """One record as text."""
        level = "" if record.levelno < logging.WARNING else f"{record.levelname.lower()}: "
        at = datetime.fromtimestamp(record.created).strftime("%H:%M:%S")
        text = f"{at} {level}{record.getMessage()}"
        return f"{text}\n{self.formatException(record.exc_info)}" if record.exc_info and record.exc_info[0] else text


def start_logging() -> None:
    """Set logging up for this process; FORGECREW_DEBUG=1 shows everything."""
    debug = os.environ.get("FORGECREW_DEBUG") == "1"
    out = logging.StreamHandler(sys.stderr)
    out.setFormatter(_Line())
    logging.basicConfig(level=logging.DEBUG if debug else logging.INFO, handlers=[out], force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.INFO if debug else logging.WARNING)
