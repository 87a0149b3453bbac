"""Whether what somebody chose in a form exists."""

from collections.abc import Callable
from datetime import datetime

from zhijia.catalogue import codes, divisions
from zhijia.kernel import days
from zhijia.registry.models import Employer, Union


def known(at: datetime) -> Callable[[str, str], bool]:
    """A question of (kind, value): a division's code, a union's or employer's number, or a code of the list that `kind`
    names."""
    day = days.business_day(at)

    def asked(kind: str, value: str) -> bool:
        if kind == "division":
            return value.isdecimal() and divisions.get(value) is not None
        if kind == "union":
            return (
                value.isdecimal() and Union.objects.filter(pk=int(value), dissolved_on__isnull=True).exists()
            )
        if kind == "employer":
            return value.isdecimal() and Employer.objects.filter(pk=int(value)).exists()
        return codes.holds(kind, value, day)

    return asked
