"""The roster, page by page: who or what stands on it, what each got and what is to be done."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce

from zhijia.campaigns import versions
from zhijia.campaigns.models import Answer, Drive, Entry, Piece
from zhijia.campaigns.queries import measuring
from zhijia.catalogue.campaign_rules import Campaign, Thing
from zhijia.registers.models import Row
from zhijia.registry.models import Employer, Person, Union

FAR = date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class On:
    """One on the roster, what it is called, where it stands, and its pieces."""

    entry: Entry
    name: str
    union: Union
    pieces: Sequence["Had"] = ()


@dataclass(frozen=True, slots=True)
class Had:
    """A thing one gets, and how far it is."""

    piece: Piece
    thing: Thing
    late: bool

    @property
    def waits(self) -> bool:
        """Whether its money waits because the union that pays does not see the person."""
        return self.piece.state == Piece.State.OPEN and self.piece.source == Piece.UNSEEN

    @property
    def kind(self) -> str:
        """How its state is shown."""
        if self.piece.state == Piece.State.DONE:
            return "done"
        return "late" if self.late else "stopped" if self.piece.state == Piece.State.VOID else "moving"


@dataclass(frozen=True, slots=True)
class ToDo:
    """Something to be done for one on a roster."""

    piece: Piece
    thing: Thing
    drive: Drive
    name: str
    union: Union
    late: bool


def page(
    drive: Drive,
    campaign: Campaign,
    union: Union,
    *,
    thing: str = "",
    state: str = "",
    after: int | None,
    rows: int,
    today: date,
) -> tuple[list[On], int | None]:
    """Those on the roster under the union, behind this one; with a thing and a state those alone who have it so."""
    column, places = measuring.places_of(union)
    found = Entry.objects.filter(drive=drive, **{f"{column}__in": places}).order_by("pk")
    if thing or state:
        pieces = Piece.objects.filter(drive_id=drive.pk, **{f"{column}__in": places})
        pieces = pieces.filter(thing=thing) if thing else pieces
        found = found.filter(pk__in=(pieces.filter(state=state) if state else pieces).values("entry_id"))
    some = list((found.filter(pk__gt=after) if after else found)[: rows + 1])
    shown = some[:rows]
    return _with_pieces(shown, campaign, today), some[rows - 1].pk if len(some) > rows else None


def one(entry: Entry, campaign: Campaign, today: date) -> On:
    """One on the roster with all it gets."""
    return _with_pieces([entry], campaign, today)[0]


def to_do(
    union: Union, *, after: tuple[date, int] | None, rows: int, today: date
) -> tuple[list[ToDo], tuple[date, int] | None]:
    """What is to be done under the union in open drives, what is due first before the rest, behind this one."""
    column, places = measuring.places_of(union)
    running = Drive.objects.filter(state=Drive.State.OPEN).select_related("version")
    drives = {drive.pk: drive for drive in running}
    byhand = [
        (drive.pk, thing.code)
        for drive in drives.values()
        for thing in versions.of(drive).each
        if thing.gives not in {"message", "money"}
    ]
    found: QuerySet[Piece] = Piece.objects.filter(
        state=Piece.State.OPEN,
        drive_id__in={drive for drive, _thing in byhand},
        thing__in={thing for _drive, thing in byhand},
        **{f"{column}__in": places},
    )
    found = found.annotate(by=Coalesce(F("due_on"), FAR)).order_by("by", "pk").select_related("entry")
    if after:
        found = found.extra(
            where=["(coalesce(campaigns_piece.due_on, %s), campaigns_piece.id) > (%s, %s)"],
            params=[FAR, *after],
        )
    some = list(found[: rows + 1])
    names, unions = (
        names_of([piece.entry for piece in some]),
        Union.objects.in_bulk({one.union_id for one in some}),
    )
    shown = [
        ToDo(
            piece, versions.of(drives[piece.drive_id]).things[piece.thing], drives[piece.drive_id],
            names.get(piece.entry_id, ""), unions[piece.union_id], _late(piece, today),
        )
        for piece in some[:rows]
    ]  # fmt: skip
    last = some[rows - 1] if len(some) > rows else None
    return shown, (last.due_on or FAR, last.pk) if last else None


def answers(piece: Piece) -> list[Answer]:
    """The versions of a return, newest first."""
    return list(piece.answers.order_by("-version"))


def names_of(entries: Iterable[Entry]) -> dict[int, str]:
    """What those on a roster are called, by the entry's number; three statements at most."""
    rows = list(entries)
    by: list[tuple[str, Mapping[Any, str]]] = [
        ("row_id", _named(Row, "title", {one.row_id for one in rows})),
        ("of_union_id", _named(Union, "name", {one.of_union_id for one in rows})),
        ("employer_id", _named(Employer, "name", {one.employer_id for one in rows})),
        ("person_id", _named(Person, "name", {one.person_id for one in rows if one.row_id is None})),
    ]
    return {
        one.pk: next(
            (names[getattr(one, column)] for column, names in by if getattr(one, column) in names), ""
        )
        for one in rows
    }


def _named(model: Any, column: str, keys: set[Any]) -> dict[Any, str]:
    wanted = keys - {None}
    return dict(model.objects.filter(pk__in=wanted).values_list("pk", column)) if wanted else {}


def _with_pieces(entries: Sequence[Entry], campaign: Campaign, today: date) -> list[On]:
    names, unions = names_of(entries), Union.objects.in_bulk({entry.union_id for entry in entries})
    pieces: dict[int, list[Had]] = {}
    for piece in Piece.objects.filter(entry__in=entries).order_by("entry_id", "-begins_on", "pk"):
        thing = campaign.things[piece.thing]
        pieces.setdefault(piece.entry_id, []).append(Had(piece, thing, _late(piece, today)))
    return [
        On(entry, names.get(entry.pk, ""), unions[entry.union_id], pieces.get(entry.pk, ()))
        for entry in entries
    ]


def _late(piece: Piece, today: date) -> bool:
    behind = piece.state == Piece.State.OPEN and piece.due_on is not None and piece.due_on < today
    return behind or piece.late
