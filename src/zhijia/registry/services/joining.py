"""From a poster to the right union: QR codes, and where somebody without a union at work belongs (MEM-03, MEM-05)."""

import io
from datetime import date

import segno

from zhijia.catalogue import codes
from zhijia.registry.models import Coverage, Union

ROUTES = ("chosen", "employer", "place", "pool")


def qr(text: str) -> str:
    """A QR code as an inline-safe SVG drawing in one colour."""
    buffer = io.BytesIO()
    segno.make(text, error="m").save(
        buffer,
        kind="svg",
        scale=4,
        border=2,
        xmldecl=False,
        svgns=True,
        svgclass="qr-drawing",
        lineclass=None,
    )
    return buffer.getvalue().decode()


def unions_of_employer(name: str, division: str) -> list[Union]:
    """Unions that cover an employer whose name contains the words, in the county; to choose from."""
    covering = Coverage.objects.filter(
        valid_to__isnull=True,
        employer__name__contains=name.strip(),
        employer__division__startswith=division[:6],
    )
    return list(
        Union.objects.filter(pk__in=covering.values("union_id"), dissolved_on__isnull=True).order_by("name")[
            :20
        ]
    )


def employer_of(union: Union) -> str:
    """The employer a worker of this union works for, when it covers one alone: nobody types what we know. Else ""."""
    covered = Coverage.objects.filter(union=union, valid_to__isnull=True).select_related("employer")[:2]
    return covered[0].employer.name if len(covered) == 1 else ""


def union_of_place(division: str, *, gig: bool) -> Union | None:
    """Where somebody belongs whose employer has no union: the union of the place, township before county (MEM-03).
    A gig worker with no unit goes to the holding pool of the place's city (MEM-05)."""
    if gig:
        pool = Union.objects.filter(
            holding_pool=True, dissolved_on__isnull=True, division__startswith=division[:4]
        ).order_by("-level", "id")
        if found := pool.first():
            return found
    for digits in (9, 6, 4):
        place = Union.objects.filter(
            division=f"{division[:digits]:0<12}",
            dissolved_on__isnull=True,
            type__in=("10", "30", "31"),
        ).order_by("level", "id")
        if found := place.first():
            return found
    return None


def is_open(union: Union) -> bool:
    """Whether people can join the union itself: it takes members and still stands."""
    return union.dissolved_on is None and union.level >= Union.Level.COUNTY


def successor(union: Union) -> Union | None:
    """The union people join instead of one that was merged away, however often it was; None when there is none."""
    seen = {union.pk}
    other = union.successor
    while other is not None and other.dissolved_on is not None and other.pk not in seen:
        seen.add(other.pk)
        other = other.successor
    return other if other is not None and is_open(other) else None


def gig_group_of(occupation: str, day: date) -> str:
    """The new-form worker group an occupation is, by the words both lists share (MEM-06); "00" for none."""
    option = codes.get("occupations").by_code.get(occupation)
    words = (option.label.zh, *option.synonyms) if option else ()
    return next((group for word in words if (group := codes.read("gig_groups", word, day))), "00")


def routed(text: str) -> str:
    """By which way somebody came to a union: one of ROUTES, else of their own choice."""
    return text if text in ROUTES else ROUTES[0]
