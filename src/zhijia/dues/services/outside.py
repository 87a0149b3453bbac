"""What a run of sharing leaves owed to beneficiaries outside the register and to other unions, and to whom."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from zhijia.catalogue.split_kinds import BENEFICIARIES
from zhijia.dues.models import Distribution, Outside
from zhijia.dues.services.entries import Owed
from zhijia.dues.services.routing import UNIONS


def keep(
    run: Distribution, totals: NDArray[np.int64], routes: NDArray[np.int64], unions: Sequence[Owed]
) -> None:
    """Write down what the run leaves owed: `totals` and `routes` as `entries.post` is handed them, `unions` as it
    answers. In the running transaction of `bulk`."""
    rows = [
        Outside(
            distribution=run,
            beneficiary=Outside.ABOVE if one.above else Outside.BELOW,
            partner_id=one.union_id,
            amount=one.fen,
            union_id=run.union_id,
            county_id=run.county_id,
        )
        for one in unions
    ]
    for place, name in enumerate(BENEFICIARIES):
        nobody = routes[:, 2 + place] == 0 if place < len(UNIONS) else np.ones(len(routes), bool)
        amount = int(totals[nobody, place].sum())
        if amount:
            rows.append(
                Outside(
                    distribution=run,
                    beneficiary=name,
                    amount=amount,
                    union_id=run.union_id,
                    county_id=run.county_id,
                )
            )
    Outside.objects.using("bulk").bulk_create(rows, batch_size=5000)
