"""Who holds which right."""

from django.db.models import Q

from zhijia.catalogue import parameters
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.registry import access
from zhijia.registry.models import Grant


def in_force(actor: Actor) -> list[Grant]:
    """The rights in force at and under the unions where the actor may see them, highest union first; a page."""
    today = days.business_day(days.now())
    scope = Q(pk__in=[])
    for union in access.unions_granted(actor, "grant.view"):
        scope |= Q(union__tree_left__gte=union.tree_left, union__tree_left__lt=union.tree_right)
    held = Grant.objects.filter(
        scope, Q(valid_to__isnull=True) | Q(valid_to__gt=today), valid_from__lte=today
    )
    rows = parameters.value("pages.rows", day=today)
    return list(held.select_related("user", "union").order_by("union__level", "union__name", "id")[:rows])
