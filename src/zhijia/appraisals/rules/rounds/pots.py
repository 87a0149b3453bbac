"""A round's whole budget shared out among those it chooses, to the fen (DUE-07's largest remainder)."""

from collections.abc import Sequence

from zhijia.dues.shares import by_weight


def equal(pot: int, many: int) -> list[int]:
    """The pot (fen) in so many equal parts; the first have a fen more where it does not divide."""
    return by_weight(pot, [1] * many) if many else []


def asked_for(pot: int, asked: Sequence[int]) -> list[int]:
    """What each asked for (fen); where all together ask for more than the pot, all of it, each cut alike."""
    return list(asked) if sum(asked) <= pot else by_weight(pot, asked)
