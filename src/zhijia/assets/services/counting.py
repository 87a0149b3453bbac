"""The yearly count of all assets: a planned list, counted by one person, confirmed by another; what is missing waits
for a disposal to be asked for."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from zhijia.assets.models import Card, Count, Counted
from zhijia.assets.services import promises, told
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.registry import access
from zhijia.registry.models import Union

COUNT = "assets.count"


def plan(*, actor: Actor, at: datetime, union: Union) -> Count:
    """The list of this year's count: every card that is in the books. The one that stands where there is one."""
    actor = access.require(actor, COUNT, union.pk)
    year = days.business_day(at).year
    stands = Count.objects.filter(union_id=union.pk, year=year).first()
    if stands is not None:
        return stands
    place = {"union_id": union.pk, "county_id": union.stands_in}
    with promises.kept():
        count = Count.objects.create(year=year, planned_at=at, **place)
        there = Card.objects.filter(union_id=union.pk).exclude(state=Card.State.DISPOSED).order_by("pk")
        if not there.exists():
            raise Refusal("nothing_to_count", _("There is no asset on the register to be counted."))
        Counted.objects.bulk_create(
            (Counted(count=count, card_id=card, **place) for card in there.values_list("pk", flat=True)),
            batch_size=5_000,
        )
    told.of_count(actor, at, "asset.plan_count", count.pk, count.union_id, count.county_id)
    return count


def mark(
    *, actor: Actor, at: datetime, count_id: int, found: Mapping[int, bool], notes: Mapping[int, str]
) -> int:
    """Which cards of the list were there, and which not, and what is noted of some, by the number of the line; how many
    lines say something else now. Of what is not told here, and of lines not told at all, what stands there stays."""
    count, actor = _own(actor, count_id)
    if count.counted_at is not None:
        raise Refusal("count_is_over", _("This count is over. The next one is next year's."))
    changed = []
    for line in count.lines.filter(pk__in={*found, *notes}):
        said = found.get(line.pk, line.there), notes.get(line.pk, line.note).strip()
        if said != (line.there, line.note):
            line.there, line.note = said
            changed.append(line)
    if changed:
        Counted.objects.bulk_update(changed, ["there", "note"], batch_size=1_000)
        told.of_count(actor, at, "asset.mark", count.pk, count.union_id, count.county_id)
    return len(changed)


def finish(*, actor: Actor, at: datetime, count_id: int) -> Count:
    """Everything on the list was looked for. Raises Refusal while a line is open. Twice is once."""
    count, actor = _own(actor, count_id)
    if count.counted_at is not None:
        return count
    left = count.lines.filter(there__isnull=True).count()
    if left:
        raise Refusal(
            "count_is_open",
            ngettext(
                "%(left)d asset on the list is not marked yet.",
                "%(left)d assets on the list are not marked yet.",
                left,
            )
            % {"left": left},
            left=left,
        )
    count.counted_by, count.counted_at = actor.user_id, at
    count.save(update_fields=["counted_by", "counted_at"])
    told.of_count(actor, at, "asset.count", count.pk, count.union_id, count.county_id)
    return count


def confirm(*, actor: Actor, at: datetime, count_id: int) -> Count:
    """Somebody else went along and says that it is so: what is missing stands so on its card, what came back does not
    any more. Twice is once."""
    count, actor = _own(actor, count_id)
    if count.confirmed_at is not None:
        return count
    if count.counted_at is None:
        raise Refusal("count_is_open", _("The list has not been counted to its end yet."))
    if count.counted_by == actor.user_id:
        raise Refusal("count_by_two", promises.BROKEN["count_by_two"])
    count.confirmed_by, count.confirmed_at = actor.user_id, at
    count.save(update_fields=["confirmed_by", "confirmed_at"])
    missing = count.lines.filter(there=False).values("card_id")
    standing = (Card.State.IN_USE, Card.State.IDLE, Card.State.LEASED)
    Card.objects.filter(pk__in=missing, state__in=standing).update(state=Card.State.MISSING)
    back = count.lines.filter(there=True).values("card_id")
    Card.objects.filter(pk__in=back, state=Card.State.MISSING).update(state=Card.State.IDLE)
    told.of_count(actor, at, "asset.confirm_count", count.pk, count.union_id, count.county_id)
    return count


def _own(actor: Actor, count_id: int) -> tuple[Count, Actor]:
    count = Count.objects.select_for_update().filter(pk=count_id).first()
    if count is None:
        raise NotForYou("no_such_count", _("There is no such count at your union."))
    return count, access.require(actor, COUNT, count.union_id)
