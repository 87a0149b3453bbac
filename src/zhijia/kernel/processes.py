"""Processes that never outlive the one that started them (Linux)."""

import ctypes
import os
import signal
from collections.abc import Callable

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent(number: int = signal.SIGKILL) -> None:
    """Ask the kernel to send this process signal `number` when the thread that started it ends.

    A change of user clears the wish, so call it after that (subprocess runs `preexec_fn` after `user=`).
    """
    if _libc.prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG) failed")


def leash(number: int = signal.SIGKILL) -> Callable[[], None]:
    """A `preexec_fn` for subprocess: the child gets signal `number` however this process ends."""
    parent = os.getpid()

    def in_child() -> None:
        die_with_parent(number)
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)

    return in_child
