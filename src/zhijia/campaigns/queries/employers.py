"""What drives ask of the employers somebody acts for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from zhijia.campaigns import versions
from zhijia.campaigns.models import Draft, Drive, Piece
from zhijia.campaigns.queries import places, roster
from zhijia.catalogue.campaign_rules import Thing
from zhijia.kernel import rows as raw
from zhijia.registry.models import Union

_THEIRS = "SELECT piece FROM campaigns_asked_of_employers()"


@dataclass(frozen=True, slots=True)
class Line:
    """A return of an employer: of which drive and union, what it is, by when; whether a draft of it waits."""

    piece: Piece
    drive: Drive
    thing: Thing
    union: str
    firm: str
    late: bool
    begun: bool


@dataclass(frozen=True, slots=True)
class Own:
    """A page of what is to be answered, what is due first on top, and behind all of that of what was sent, the latest
    first; behind what is due when, or behind which number of those sent, the next page begins."""

    open: Sequence[Line]
    sent: Sequence[Line]
    due: places.After | None
    next: int | None


def asked(
    firms: Mapping[int, str],
    *,
    today: date,
    due: places.After | None = None,
    after: int | None = None,
    rows: int,
) -> Own:
    """What open drives ask of these employers, whose numbers lead to their names, by whoever acts for them, behind this
    day and number; then what was sent, behind this number."""
    theirs = Piece.objects.filter(pk__in=[number for (number,) in raw.run(_THEIRS, [])]).select_related(
        "entry"
    )
    waiting = [] if after else list(_waiting(theirs, due)[: rows + 1])
    running = waiting[:rows]
    more = len(waiting) > rows
    sent = theirs.filter(state=Piece.State.DONE).order_by("-pk")
    done = [] if more else list((sent.filter(pk__lt=after) if after else sent)[: rows + 1])
    found = Drive.objects.select_related("version").in_bulk({one.drive_id for one in [*running, *done]})
    unions = dict(
        Union.objects.filter(pk__in=[one.union_id for one in found.values()]).values_list("pk", "name")
    )
    begun = set(Draft.objects.filter(piece__in=running, by_employer=True).values_list("piece_id", flat=True))

    def line(piece: Piece) -> Line:
        drive = found[piece.drive_id]
        return Line(
            piece, drive, versions.of(drive).things[piece.thing], unions[drive.union_id],
            firms.get(piece.entry.employer_id or 0, ""), roster.is_late(piece, today), piece.pk in begun,
        )  # fmt: skip

    shown = done[:rows]
    return Own(
        [line(one) for one in running],
        [line(one) for one in shown],
        (running[-1].due_on or places.FAR, running[-1].pk) if more else None,
        shown[-1].pk if len(done) > rows else None,
    )


def _waiting(theirs: QuerySet[Piece], due: places.After | None) -> QuerySet[Piece]:
    """What can be sent: of drives that are open, what is due first before the rest, what no day is set for at last."""
    running = Drive.objects.filter(state=Drive.State.OPEN).values("pk")
    waits = theirs.filter(state=Piece.State.OPEN, drive_id__in=running)
    waits = waits.annotate(until=Coalesce("due_on", Value(places.FAR))).order_by("until", "pk")
    return waits.filter(Q(until__gt=due[0]) | Q(until=due[0], pk__gt=due[1])) if due else waits


def for_enterprise() -> tuple[str, str]:
    """What whoever acts for an employer finds here: its title and address (`matters.for_enterprise.campaigns`)."""
    return _("Returns of my enterprise"), reverse("campaigns:own_returns")
