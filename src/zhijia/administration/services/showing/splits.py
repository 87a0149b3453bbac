"""A rule of sharing shown before it is published: who would get what of a sum, to the fen."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from zhijia.catalogue.split_kinds import BENEFICIARIES, SplitRule
from zhijia.dues import shares


@dataclass(frozen=True, slots=True)
class Part:
    """One of the ten: its share in percent, and what it gets (fen)."""

    whose: str
    percent: Decimal
    fen: int


def parts(rule: SplitRule, fen: int) -> Sequence[Part]:
    """What each gets that has a share; together it is the sum."""
    amounts = shares.split(fen, rule.shares.in_order)
    return [
        Part(whose, (share * 100).normalize(), amount)
        for whose, share, amount in zip(BENEFICIARIES, rule.shares.in_order, amounts, strict=True)
        if share
    ]
