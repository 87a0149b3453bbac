"""The roster, page by page: who or what stands on it, what each got and what is to be done."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from zhijia.campaigns import versions, who
from zhijia.campaigns.models import Answer, Draft, Drive, Entry, Piece
from zhijia.campaigns.queries import places
from zhijia.catalogue.campaign_rules import Campaign, Thing
from zhijia.registers.models import Link, Row
from zhijia.registry.models import Employer, Person, Union


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
    def waits(self) -> str:
        """Why its money waits, or is not given any more, where it is so: of the code list `roster_ends`."""
        source = self.piece.source
        return source.removeprefix(Piece.WAITS) if source.startswith(Piece.WAITS) else ""

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
    begun: bool
    """Whether a draft of it waits."""


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
    things = [thing] if thing else list(campaign.things) if state else []
    numbers = places.listed(drive, union, things=things, state=state, after=after, rows=rows + 1)
    shown = list(Entry.objects.filter(pk__in=numbers[:rows]).order_by("pk"))
    return _with_pieces(shown, campaign, today), numbers[rows - 1] if len(numbers) > rows else None


def one(entry: Entry, campaign: Campaign, today: date) -> On:
    """One on the roster with all it gets."""
    return _with_pieces([entry], campaign, today)[0]


def to_do(
    union: Union, *, after: places.After | None, rows: int, today: date
) -> tuple[list[ToDo], places.After | None]:
    """What officers have to do under the union in open drives, what is due first before the rest, behind this one; also
    what an employer would answer itself if somebody acted for it."""
    running = Drive.objects.filter(state=Drive.State.OPEN).select_related("version")
    drives = {drive.pk: drive for drive in running}
    byhand, by_employer = (
        [
            (drive.pk, thing.code)
            for drive in drives.values()
            for thing in versions.of(drive).each
            if thing.gives not in {"message", "money"} and thing.by_employer is itself
        ]
        for itself in (False, True)
    )
    found = places.to_be_done(union, byhand, by_employer=by_employer, after=after, rows=rows + 1)
    pieces = Piece.objects.select_related("entry").in_bulk([number for _day, number in found[:rows]])
    some = [pieces[number] for _day, number in found[:rows] if number in pieces]
    names = names_of([piece.entry for piece in some])
    unions = Union.objects.in_bulk({one.union_id for one in some})
    begun = set(Draft.objects.filter(piece__in=some, by_employer=False).values_list("piece_id", flat=True))
    shown = [
        ToDo(
            piece, versions.of(drives[piece.drive_id]).things[piece.thing], drives[piece.drive_id],
            names.get(piece.entry_id, ""), unions[piece.union_id], is_late(piece, today),
            piece.pk in begun,
        )
        for piece in some
    ]  # fmt: skip
    return shown, found[rows - 1] if len(found) > rows else None


def household(entry: Entry, campaign: Campaign) -> list[str]:
    """Who else belongs to the household that stands on the roster, by name; nobody where it is none."""
    members, field = who.belonging(campaign)
    if members is None or entry.row_id is None:
        return []
    named = Link.objects.filter(register_id=members, kind="row", target=str(entry.row_id), field=field)
    rows = Row.objects.filter(pk__in=named.values("row_id"), ended_on__isnull=True)
    return list(rows.order_by("number").values_list("title", flat=True))


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
        pieces.setdefault(piece.entry_id, []).append(Had(piece, thing, is_late(piece, today)))
    return [
        On(entry, names.get(entry.pk, ""), unions[entry.union_id], pieces.get(entry.pk, ()))
        for entry in entries
    ]


def is_late(piece: Piece, today: date) -> bool:
    """Whether it was done after its last day, or is not done though that day has passed."""
    behind = piece.state == Piece.State.OPEN and piece.due_on is not None and piece.due_on < today
    return behind or piece.late
