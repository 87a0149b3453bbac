"""Writing assets down, month by month in equal parts: set-based, once, with an entry for each union and fund."""

import logging
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

import numpy as np
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from zhijia.assets import rules
from zhijia.assets.services.cards import MANAGE
from zhijia.audit import services as audit
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import whole
from zhijia.kernel.errors import Refusal
from zhijia.ledger.models import Book
from zhijia.ledger.services import accounts, bulk
from zhijia.registry import access
from zhijia.registry.models import Union

SOURCE = "asset_depreciation"
"""What its entries are posted for."""
CHUNK = 1_000
"""Unions in one transaction."""
logger = logging.getLogger(__name__)
# What a card should have been written down by the end of the month less what it has been: months missed come along.
_WRITE = """
INSERT INTO assets_depreciation (card_id, month, amount, union_id, county_id)
SELECT c.id, %(month)s, told.amount, c.union_id, c.county_id
FROM assets_card c
CROSS JOIN LATERAL (SELECT
  c.cost * least(c.months, (%(month)s / 100 - c.begins / 100) * 12 + %(month)s %% 100 - c.begins %% 100 + 1)
  / c.months - c.depreciated AS amount) AS told
WHERE c.union_id = ANY (%(unions)s) AND c.months IS NOT NULL AND c.begins <= %(month)s AND c.state <> 'disposed'
  AND c.depreciated < c.cost AND told.amount > 0
ON CONFLICT (card_id, month) DO NOTHING RETURNING card_id, amount"""
_SUMS = """
SELECT c.union_id, c.county_id, c.fund, sum(d.amount)::bigint
FROM unnest(%s::bigint[], %s::bigint[]) AS d (card_id, amount) JOIN assets_card c ON c.id = d.card_id
GROUP BY 1, 2, 3 ORDER BY 1, 3"""
_WAITING = """
SELECT DISTINCT c.union_id FROM assets_card c
JOIN ledger_book b ON b.union_id = c.union_id AND b.opened_on <= %(day)s
  AND (b.closed_through IS NULL OR b.closed_through < %(day)s)
WHERE c.months IS NOT NULL AND c.begins <= %(month)s AND c.state <> 'disposed' AND c.depreciated < c.cost
  AND NOT EXISTS (SELECT FROM assets_depreciation d WHERE d.card_id = c.id AND d.month >= %(month)s)
ORDER BY 1"""


def write_down(*, at: datetime, month: int, actor: Actor) -> int:
    """Write down every asset of every union whose books are open at the end of the month, which is over; how many
    cards. A union whose entries cannot be posted holds up no other. A second run finds nothing."""
    _require_over(at, month)
    with whole() as cursor:
        cursor.execute(_WAITING, {"day": rules.last_day(month), "month": month})
        unions = [union for (union,) in cursor.fetchall()]
    return sum(
        _as_far_as_possible(unions[start : start + CHUNK], month, at, actor)
        for start in range(0, len(unions), CHUNK)
    )


def write_down_at(*, actor: Actor, at: datetime, union: Union, month: int) -> int:
    """The same for one union, when its treasurer asks; how many cards. Raises Refusal where its books are closed."""
    actor = access.require(actor, MANAGE, union.pk)
    _require_over(at, month)
    last = rules.last_day(month)
    book = Book.objects.filter(pk=union.pk, opened_on__lte=last).first()
    if book is None or (book.closed_through is not None and last <= book.closed_through):
        raise Refusal(
            "leg_falls_on_an_open_day",
            _("The books are closed on that day. Choose a later day, or ask the union above."),
        )
    return _written([union.pk], month, at, actor)


def _require_over(at: datetime, month: int) -> None:
    if rules.last_day(month) >= days.business_day(at):
        raise Refusal("month_not_over", _("A month is written down once it is over."))


def _as_far_as_possible(unions: Sequence[int], month: int, at: datetime, actor: Actor) -> int:
    try:
        return _written(unions, month, at, actor)
    except IntegrityError:
        if len(unions) == 1:
            logger.warning("assets not written down", extra={"code": unions[0]})
            return 0
        half = len(unions) // 2
        return sum(_as_far_as_possible(part, month, at, actor) for part in (unions[:half], unions[half:]))


def _written(unions: Sequence[int], month: int, at: datetime, actor: Actor) -> int:
    """The cards of these unions and their entries, in one transaction; how many cards."""
    run_id = uuid4()
    with transaction.atomic(using="bulk"), whole() as cursor:
        cursor.execute(_WRITE, {"month": month, "unions": list(unions)})
        cards = cursor.fetchall()
        if not cards:
            return 0
        cursor.execute(_SUMS, [[card for card, _fen in cards], [fen for _card, fen in cards]])
        sums = cursor.fetchall()
        for fund in sorted({fund for _union, _county, fund, _fen in sums}):
            _post([row for row in sums if row[2] == fund], fund, month, at, actor, run_id)
        audit.record(
            actor=actor,
            at=at,
            action="asset.write_down",
            subject="assets_card",
            subject_id=str(run_id),
            detail={"month": month, "cards": len(cards), "unions": len(unions)},
            using="bulk",
        )
    return len(cards)


def _post(
    sums: Sequence[tuple[int, int, str, int]], fund: str, month: int, at: datetime, actor: Actor, run_id: UUID
) -> None:
    """One entry a union: from the asset fund to what has been written down."""
    day = rules.last_day(month)
    unions = np.array([union for union, _county, _fund, _fen in sums], np.int64)
    fen = np.array([amount for _union, _county, _fund, amount in sums], np.int64)
    owing = accounts.for_many(unions=unions, role="asset_fund", fund=fund, day=day)
    written = accounts.for_many(unions=unions, role="depreciation", fund=fund, day=day)
    legs = np.empty(2 * len(unions), np.int64)
    amounts = np.empty(2 * len(unions), np.int64)
    legs[0::2], legs[1::2] = owing, written
    amounts[0::2], amounts[1::2] = fen, -fen
    bulk.post_many(
        bulk.Entries(
            kind="depreciation",
            source=SOURCE,
            purpose=str(month),
            unions=unions,
            counties=np.array([county for _union, county, _fund, _fen in sums], np.int64),
            days=np.full(len(unions), np.datetime64(day, "D")),
            source_ids=[f"{union}:{fund}:{run_id}" for union in unions.tolist()],
            first=np.arange(0, 2 * len(unions), 2, dtype=np.int64),
            accounts=legs,
            amounts=amounts,
        ),
        at=at,
        run_id=run_id,
        user_id=actor.user_id,
    )
