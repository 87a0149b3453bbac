"""What came in for the months of employers and did not go back, also where it came for several of them at once. Row
policies hold."""

from collections import defaultdict
from collections.abc import Collection

from django.db.models import F

from zhijia.dues import rules
from zhijia.dues.models import Bill, Contribution
from zhijia.dues.rules import Came


def received(employers: Collection[int], months: Collection[int]) -> dict[tuple[int, int], int]:
    """What came in for these months of these employers and was not given back, in fen (`rules.by_month`)."""
    if not months:
        return {}
    since, until = min(months), max(months)
    came = _came(employers, since, until)
    spans = [one for some in came.values() for one in some if one.since != one.until]
    declared: dict[int, dict[int, int]] = defaultdict(dict)
    if spans:
        since, until = min(since, *(one.since for one in spans)), max(until, *(one.until for one in spans))
        came = _came(employers, since, until)
        bills = Bill.objects.filter(employer_id__in=employers, month__gte=since, month__lte=until)
        for employer, month, amount in bills.values_list("employer_id", "month", "amount"):
            declared[employer][month] = amount
    wanted = set(months)
    return {
        (employer, month): fen
        for employer, some in came.items()
        for month, fen in rules.by_month(declared[employer], some).items()
        if month in wanted
    }


def _came(employers: Collection[int], since: int, until: int) -> dict[int, list[Came]]:
    found: dict[int, list[Came]] = defaultdict(list)
    rows = Contribution.objects.filter(employer_id__in=employers, since__lte=until, until__gte=since)
    for employer, first, last, fen in rows.values_list(
        "employer_id", "since", "until", F("amount") - F("given_back")
    ):
        if employer is not None:
            found[employer].append(Came(first, last, fen))
    return found
