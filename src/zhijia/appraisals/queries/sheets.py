"""An entry item by item: what each part gave, what figures say, what shows it, what was objected to. A handful of
statements, however many items there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from zhijia.appraisals.models import Assessor, Entry, Filled, Mark, Objection, Proof
from zhijia.appraisals.rules import scoring
from zhijia.appraisals.rules.scoring import PartScore
from zhijia.appraisals.services import settling, terms
from zhijia.catalogue.appraisal_rules import Appraisal, Criterion, Group, Marked

LACKING = "—"


@dataclass(frozen=True, slots=True)
class Cell:
    """What a part gave to an item: the points in words, what was said of it, the objection against it."""

    part: Marked
    points: str = ""
    words: Sequence[str] = ()
    objection: Objection | None = None
    marks_it: bool = True


@dataclass(frozen=True, slots=True)
class Line:
    """An item with what everybody said of it."""

    item: Criterion
    cells: Sequence[Cell]
    filled: Filled | None
    proofs: Sequence[Proof]
    failed: bool
    case: UUID | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """The scheme with what was said of it, group by group with the parts that mark it, and what each part came to of a
    hundred."""

    groups: Sequence[tuple[Group, Sequence[Marked], Sequence[Line]]]
    parts: Sequence[tuple[Marked, int, str]]

    @property
    def scored_itself(self) -> bool:
        """Whether the subject has scored itself on an item."""
        cells = (cell for _group, _parts, lines in self.groups for line in lines for cell in line.cells)
        return any(cell.points for cell in cells if cell.part.by == "self")


def sheet(entry: Entry, scheme: Appraisal, *, of_all: bool) -> Sheet:
    """An entry for whoever runs it (`of_all`), or for the subject, which reads what others gave once there is a
    result."""
    proofs = list(entry.proofs.order_by("added_at"))
    marks = list(settling.counting([entry]).filter(shown=True).order_by("turn", "pk"))
    if not of_all and entry.result is None:
        marks = [mark for mark in marks if mark.assessor_id is None]
        proofs = [proof for proof in proofs if proof.assessor_id is None]
    filled = {row.item: row for row in entry.filled.all()}
    objections = {(one.part, one.item): one for one in entry.objections.all()}
    cases = dict(entry.opened.values_list("item", "case_id"))
    by_place: dict[tuple[str, str], list[Mark]] = {}
    for mark in marks:
        by_place.setdefault((mark.part, mark.item), []).append(mark)
    numbers = terms.of(entry.run)
    came = settling.add_up(entry, scheme, numbers).parts if entry.result is not None else {}
    covers = {part.code: {item.code for item in scheme.by_part[part.code]} for part in scheme.parts}

    def cell(part: Marked, item: Criterion) -> Cell:
        if item.code not in covers[part.code]:
            return Cell(part, marks_it=False)
        given = by_place.get((part.code, item.code), [])
        return Cell(
            part,
            _points(given, came.get(part.code), item.code),
            [mark.words for mark in given if mark.words],
            objections.get((part.code, item.code)),
        )

    marking = {
        group.code: [part for part in scheme.parts if covers[part.code] & {item.code for item in group.items}]
        for group in scheme.scheme
    }
    groups = [
        (
            group,
            marking[group.code],
            [
                Line(
                    item,
                    [cell(part, item) for part in marking[group.code]],
                    filled.get(item.code),
                    [one for one in proofs if one.item == item.code],
                    item.code in entry.failed,
                    cases.get(item.code),
                )
                for item in group.items
            ],
        )
        for group in scheme.scheme
    ]
    parts = [(part, numbers.weights[part.code], _share(came.get(part.code))) for part in scheme.parts]
    return Sheet(groups, parts)


def own_marks(entry: Entry, part: str, assessor: Assessor | None) -> dict[str, Mark]:
    """What one side has given to the items of a part."""
    return {one.item: one for one in Mark.objects.filter(entry=entry, part=part, assessor=assessor, turn=0)}


def _points(marks: Sequence[Mark], came: PartScore | None, item: str) -> str:
    """The points an item has from a part: once there is a result as they count in it, before as the mean of what was
    given so far."""
    if not marks:
        return ""
    if came is not None:
        points = came.items[item]
    else:
        there = [mark.points for mark in marks if mark.points is not None]
        points = Fraction(sum(there), len(there)) if there else None
    return LACKING if points is None else scoring.as_points(scoring.half_up(points))


def _share(found: PartScore | None) -> str:
    """What the part came to of a hundred; nothing before the entry has its result."""
    share = found.share if found is not None else None
    return "" if share is None else scoring.as_points(scoring.half_up(share * scoring.HUNDREDTHS))
