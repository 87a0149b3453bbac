"""Does a fault say that a disk is full? Asked wherever a sentence is owed to whoever waits."""

import errno

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""No space, no more of one's share, and a file that may not grow further."""
_DATABASE_FULL = "53100"


def is_full(error: BaseException) -> bool:
    """Whether this fault, or one it came from, is that a disk is full: ours, or the database's."""
    cause: BaseException | None = error
    seen = set[int]()
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        if isinstance(cause, OSError) and cause.errno in FULL:
            return True
        if getattr(cause, "sqlstate", None) == _DATABASE_FULL:
            return True
        cause = cause.__cause__ or cause.__context__
    return False
