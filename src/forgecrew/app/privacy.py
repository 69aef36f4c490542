"""Keeping other processes of the same user from looking into this one's memory and files."""

import ctypes

_PR_SET_DUMPABLE = 4


def close_to_others() -> bool:
    """No core dumps, no ptrace, no /proc/<pid>/{mem,root,environ} for others of this user. False where the system refuses."""
    return ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) == 0
