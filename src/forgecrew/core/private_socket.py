"""A Unix socket that its own user alone may open, from the moment in which it appears."""

import os
import socket
from pathlib import Path


def private_socket(path: Path) -> socket.socket:
    """Bound to the path, for a server to listen on. Raises OSError.

    Linux gives the file the mode that the socket has. The umask is the whole process's: held while others go on, it would
    make their folders so that nobody can enter them.
    """
    made = socket.socket(socket.AF_UNIX)
    try:
        os.fchmod(made.fileno(), 0o600)
        made.bind(os.fspath(path))
    except BaseException:  # whatever went wrong, it must not stay open
        made.close()
        raise
    return made
