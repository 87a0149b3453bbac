"""What a run of sharing leaves owed to beneficiaries outside the register, and to whom."""

import numpy as np
from numpy.typing import NDArray

from zhijia.catalogue.split_kinds import BENEFICIARIES
from zhijia.dues.models import Distribution, Outside
from zhijia.dues.services.routing import UNIONS


def keep(run: Distribution, totals: NDArray[np.int64], routes: NDArray[np.int64]) -> None:
    """Write down what the run leaves owed outside: `totals` and `routes` as `entries.post` is handed them. In the
    running transaction of `bulk`."""
    rows = []
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
    Outside.objects.using("bulk").bulk_create(rows)
