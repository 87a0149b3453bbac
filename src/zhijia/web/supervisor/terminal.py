"""The terminal somebody started Zhijia from, and whether it is still there."""

import os
import select
import sys


def say(text: str) -> None:
    """A line for the person at the terminal, who may have gone."""
    try:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
    except OSError:
        return


class Terminal:
    """The terminal on standard input, output or error, if any.

    When it closes the kernel tells only the leader of its session. That may be `make`, which then waits for us.
    """

    def __init__(self) -> None:
        self._poll = select.poll()
        self._there = [number for number in (0, 1, 2) if _is_terminal(number)]
        for number in self._there:
            self._poll.register(number, 0)

    def gone(self) -> bool:
        """Whether there was a terminal and it has been closed."""
        return bool(self._there) and any(event & select.POLLHUP for _, event in self._poll.poll(0))


def _is_terminal(number: int) -> bool:
    try:
        return os.isatty(number)
    except OSError:
        return False
