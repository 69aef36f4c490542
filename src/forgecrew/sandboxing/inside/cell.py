"""A cell: Python that is run as a program of its own, in a fork of an interpreter that is warm already."""

import atexit
import ctypes
import faulthandler
import linecache
import os
import sys
import threading
import traceback
import types
from collections.abc import Callable
from typing import NoReturn

_SET_DUMPABLE, _SET_NAME = 4, 15
_libc = ctypes.CDLL(None)


def called(name: str, *, seen: bool) -> None:
    """Give this process a name, and let others of its user look into it or not."""
    _libc.prctl(_SET_NAME, name.encode(), 0, 0, 0)
    _libc.prctl(_SET_DUMPABLE, int(seen), 0, 0, 0)


def cell(wait: Callable[[], str]) -> NoReturn:
    """Run the code that `wait` gives and end this process; all that can be done before is done before.

    Descriptors below 64 but the first three are closed then: an answer is not the cell's to give.
    """
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    called("cell", seen=True)
    main = types.ModuleType("__main__")
    sys.modules["__main__"], sys.argv = main, ["<cell>"]
    sys.path.insert(0, "")
    exec(compile("pass", "<cell>", "exec"), {})  # noqa: S102 - a fork copies what it touches: it has touched it then
    faulthandler.enable()
    code = wait()
    os.closerange(3, 64)
    linecache.cache["<cell>"] = (len(code), None, code.splitlines(keepends=True), "<cell>")
    status = 0
    try:
        exec(compile(code, "<cell>", "exec"), main.__dict__)  # noqa: S102 - that is what it is for
    except SystemExit as stop:
        if isinstance(stop.code, int):
            status = stop.code & 0xFF
        elif stop.code is not None:
            print(stop.code, file=sys.stderr)  # noqa: T201
            status = 1
    except BaseException as error:  # whatever the cell raises is its result
        traceback.print_exception(error.with_traceback(error.__traceback__ and error.__traceback__.tb_next))
        status = 1
    threading._shutdown()  # pyright: ignore  # as an interpreter does before it ends
    atexit._run_exitfuncs()  # pyright: ignore[reportPrivateUsage]
    sys.stdout.flush()
    os._exit(status)
