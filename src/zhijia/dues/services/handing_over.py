"""What came in and is not shared goes along with the books of a union that is taken over: the money lies in custody at
the other union then, which shares it."""

from zhijia.dues.models import Waiting
from zhijia.dues.services import waiting
from zhijia.registry.models import Union


def go_along(*, union: Union, into: Union) -> None:
    """The port `ledger.goes_along.dues`. A run of sharing at the union is waited for; where contributions came in
    stays as it was."""
    for one in sorted((union.pk, into.pk)):
        waiting.hold(one)
    Waiting.objects.filter(union_id=union.pk).update(union_id=into.pk, county_id=into.stands_in)
