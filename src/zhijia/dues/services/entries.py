"""What a run of sharing posts: the collecting union's own share, what it owes outside the register, and with each other
union one entry in the books of either (ADR 0019). Money waits in custody until it is shared."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.db import connections
from django.utils.translation import gettext_lazy as _
from numpy.typing import NDArray

from zhijia.catalogue.split_kinds import BENEFICIARIES
from zhijia.dues.models import Distribution
from zhijia.dues.services.routing import UNIONS
from zhijia.kernel.errors import Refusal
from zhijia.ledger.services import accounts, bulk, transfers
from zhijia.ledger.services.bulk import Entries
from zhijia.ledger.services.transfers import Moves

FUND, KIND, SOURCE = "own", "contribution_share", "dues_distribution"
OWN, OUTSIDE = "own", "outside"
_UNIONS = "SELECT id, coalesce(county_id, id), level FROM registry_union WHERE id = ANY (%s)"


@dataclass(frozen=True, slots=True)
class Owed:
    """What a run leaves owed to another union (fen), and whether that stands above."""

    union_id: int
    above: bool
    fen: int


def post(
    run: Distribution, totals: NDArray[np.int64], routes: NDArray[np.int64], *, at: datetime
) -> list[Owed]:
    """Post what each union got in this run: `totals` as splitting.write answers them; what is owed to the others. In
    the running transaction of `bulk`. Raises Refusal where the collecting union keeps no books."""
    unions, sums, outside = gathered(totals, routes)
    here = unions == run.union_id
    custody = _account(run, "custody")
    if not custody:
        raise Refusal("no_books", _("This union keeps no books here yet. Open them first."))
    own = int(sums[here].sum())
    _one_sided(run, at, OWN, custody, _account(run, "contribution_income"), own)
    _one_sided(run, at, OUTSIDE, custody, _account(run, "other_payable"), outside)
    others = ~here & (sums != 0)
    return _pairs(run, at, custody, unions[others], sums[others])


def gathered(
    totals: NDArray[np.int64], routes: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], int]:
    """The unions of the routes, each once, with the fen each gets, and what goes to nobody in the register."""
    many = len(UNIONS)
    receivers, fen = routes[:, 2:].reshape(-1), totals[:, :many].reshape(-1)
    unions, which = np.unique(receivers, return_inverse=True)
    sums = np.zeros(len(unions), np.int64)
    np.add.at(sums, which.reshape(-1), fen)
    outside = int(totals[:, many : len(BENEFICIARIES)].sum()) + int(sums[unions == 0].sum())
    return unions[unions != 0], sums[unions != 0], outside


def _account(run: Distribution, role: str) -> int:
    return int(accounts.for_many(unions=[run.union_id], role=role, fund=FUND, day=run.day)[0])


def _one_sided(run: Distribution, at: datetime, purpose: str, debit: int, credit: int, amount: int) -> None:
    """An entry in the collecting union's own books; none for nothing."""
    if not amount:
        return
    entry = Entries(
        kind=KIND,
        source=SOURCE,
        purpose=purpose,
        unions=np.array([run.union_id]),
        counties=np.array([run.county_id]),
        days=np.array([np.datetime64(run.day)]),
        source_ids=[str(run.pk)],
        first=np.array([0]),
        accounts=np.array([debit, credit]),
        amounts=np.array([amount, -amount]),
    )
    bulk.post_many(entry, at=at, run_id=run.run_id, user_id=run.user_id)


def _pairs(
    run: Distribution, at: datetime, custody: int, unions: NDArray[np.int64], sums: NDArray[np.int64]
) -> list[Owed]:
    """An entry for each other union on both sides: owed to it here, due to it there as its contributions."""
    if not len(unions):
        return []
    counties, upper = _about(run, unions)
    here = np.full(len(unions), run.union_id)
    owed, due = np.zeros(len(unions), np.int64), np.zeros(len(unions), np.int64)
    for above in (True, False):
        some = upper == above
        if some.any():
            owed[some] = _towards("due_to_upper" if above else "due_to_lower", here[some], unions[some], run)
            due[some] = _towards(
                "due_from_lower" if above else "due_from_upper", unions[some], here[some], run
            )
    income = accounts.for_many(unions=unions, role="contribution_income", fund=FUND, day=run.day)
    moves = Moves(
        payers=here,
        receivers=unions,
        payer_counties=np.full(len(unions), run.county_id),
        receiver_counties=counties,
        days=np.full(len(unions), np.datetime64(run.day)),
        amounts=sums,
        source_ids=[f"{run.pk}-{union}" for union in unions.tolist()],
        paid_on=np.full(len(unions), custody),
        paid_from=owed,
        got_into=due,
        got_on=income,
    )
    for entries in transfers.pairs(moves, kind=KIND, source=SOURCE):
        bulk.post_many(entries, at=at, run_id=run.run_id, user_id=run.user_id)
    return [Owed(*one) for one in zip(unions.tolist(), upper.tolist(), sums.tolist(), strict=True)]


def _towards(
    role: str, unions: NDArray[np.int64], partners: Sequence[int] | NDArray[np.int64], run: Distribution
) -> NDArray[np.int64]:
    return accounts.for_many(unions=unions, role=role, fund=FUND, day=run.day, partners=partners)


def _about(run: Distribution, unions: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The county each union stands in, and whether it stands above the collecting one."""
    with connections["bulk"].cursor() as cursor:
        cursor.execute(_UNIONS, [[run.union_id, *unions.tolist()]])
        told = {union: (county, level) for union, county, level in cursor.fetchall()}
    own_level = told[run.union_id][1]
    counties = np.array([told[union][0] for union in unions.tolist()], np.int64)
    return counties, np.array([told[union][1] < own_level for union in unions.tolist()], bool)
