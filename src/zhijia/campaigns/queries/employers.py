"""What drives ask of the employers somebody acts for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from zhijia.campaigns import versions
from zhijia.campaigns.models import Draft, Drive, Piece
from zhijia.campaigns.queries import roster
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
    """What is to be answered, what is due first on top, and a page of what was sent, the latest first; behind which
    number the next page begins."""

    open: Sequence[Line]
    sent: Sequence[Line]
    next: int | None


def asked(firms: Mapping[int, str], *, today: date, after: int | None, rows: int) -> Own:
    """What is asked of these employers, whose numbers lead to their names, by whoever acts for them."""
    theirs = Piece.objects.filter(pk__in=[number for (number,) in raw.run(_THEIRS, [])])
    waits = theirs.filter(state=Piece.State.OPEN).order_by(F("due_on").asc(nulls_last=True), "pk")
    sent = theirs.filter(state=Piece.State.DONE).order_by("-pk")
    done = list((sent.filter(pk__lt=after) if after else sent).select_related("entry")[: rows + 1])
    running = list(waits.select_related("entry")[:rows])
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
        [line(one) for one in running if found[one.drive_id].state == Drive.State.OPEN],
        [line(one) for one in shown],
        shown[-1].pk if len(done) > rows else None,
    )


def for_enterprise() -> tuple[str, str]:
    """What whoever acts for an employer finds here: its title and address (`matters.for_enterprise.campaigns`)."""
    return _("Returns of my enterprise"), reverse("campaigns:own_returns")
