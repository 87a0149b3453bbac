"""Writing a case's roster, line by line or all of it from a sheet, while whoever asks may still change it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from zhijia.catalogue import codes
from zhijia.catalogue.matter_rules import Matter, Question
from zhijia.kernel import days, names
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.kernel.ids import new_id
from zhijia.matters import answers
from zhijia.matters.answers import Wrong
from zhijia.matters.models import Case, Line
from zhijia.matters.services import asking, known, lacking, listed, versions

WRITES = {Case.State.DRAFT, Case.State.PAUSED}
Typed = Mapping[str, Any]
"""What was typed on a line, by column."""


@dataclass(frozen=True, slots=True)
class WrongCell:
    """A cell that cannot be taken: of which line (from 0), in which column, and why."""

    line: int
    column: Question
    words: Any


class CellsWrong(Exception):
    """Lines that cannot be taken, cell by cell. Nothing was changed."""

    def __init__(self, cells: Sequence[WrongCell]) -> None:
        super().__init__()
        self.cells = cells


def add(*, actor: Actor, at: datetime, case_id: UUID, line_id: UUID, typed: Typed) -> Line:
    """One line more. The same form (`line_id`) posted again answers the line that stands. Raises NotComplete."""
    case, roster = _writes(actor, at, case_id)
    there = case.lines.filter(pk=line_id).first()
    if there is not None:
        return there
    if case.lines.count() >= listed.most(case, roster, at):
        raise _full(listed.most(case, roster, at))
    line = _one(case, roster, typed, at, besides=None)
    line.id, line.number = line_id, _last(case) + 1
    if Line.objects.filter(pk=line_id).exists():
        raise NotForYou("no_such_line", _("There is no such line in your list."))
    line.save(force_insert=True)
    _touch(case, at)
    return line


def change(*, actor: Actor, at: datetime, case_id: UUID, line_id: UUID, typed: Typed) -> Line:
    """A line says something else. What was answered about it no longer holds. Raises NotComplete."""
    case, roster = _writes(actor, at, case_id)
    there = _line(case, line_id)
    line = _one(case, roster, typed, at, besides=there.pk)
    line.id, line.number = there.pk, there.number
    line.save(force_update=True)
    _touch(case, at)
    return line


def remove(*, actor: Actor, at: datetime, case_id: UUID, line_id: UUID) -> None:
    """Take a line away; one that is gone already stays gone."""
    case, _roster = _writes(actor, at, case_id)
    case.lines.filter(pk=line_id).delete()
    _touch(case, at)


def check(*, actor: Actor, at: datetime, case_id: UUID, rows: Sequence[Typed]) -> int:
    """Try the lines of a sheet and change nothing; what they ask for, in fen. Raises CellsWrong, and Refusal where they
    are too many."""
    case, roster = _writes(actor, at, case_id)
    return sum(line.asked or 0 for line in _taken(case, roster, rows, at))


def replace(*, actor: Actor, at: datetime, case_id: UUID, rows: Sequence[Typed]) -> int:
    """The lines of a sheet stand instead of those that were there; how many. Raises as `check` does."""
    case, roster = _writes(actor, at, case_id)
    lines = _taken(case, roster, rows, at)
    last = _last(case)
    case.lines.all().delete()
    for number, line in enumerate(lines, last + 1):
        line.number = number
    Line.objects.bulk_create(lines)
    _touch(case, at)
    return len(lines)


def _taken(case: Case, roster: Question, rows: Sequence[Typed], at: datetime) -> list[Line]:
    if not rows:
        raise Refusal("no_rows", _("There is no line in it. Nothing was changed."))
    if len(rows) > (most := listed.most(case, roster, at)):
        raise _full(most)
    lines, wrong = _read(case, roster, rows, at, besides=set())
    if wrong:
        raise CellsWrong(wrong)
    return lines


def _one(case: Case, roster: Question, typed: Typed, at: datetime, *, besides: UUID | None) -> Line:
    others = case.lines.exclude(pk=besides) if besides else case.lines.all()
    on_it = set(others.exclude(person_id=None).values_list("person_id", flat=True))
    lines, wrong = _read(case, roster, [typed], at, besides=on_it)
    if wrong:
        raise lacking.NotComplete(tuple(Wrong(cell.column.name, cell.words) for cell in wrong))
    return lines[0]


def _read(
    case: Case, roster: Question, rows: Sequence[Typed], at: datetime, *, besides: set[UUID | None]
) -> tuple[list[Line], list[WrongCell]]:
    """The lines, and which cells cannot be taken. `besides` are the people who stand on other lines."""
    named = roster.column("person")
    texts = [_text(row.get(named.name)) if named else "" for row in rows]
    who, exists = listed.finder(case, texts), known.known(at)
    lines, wrong, seen = [], [], set(besides)
    for place, (row, text) in enumerate(zip(rows, texts, strict=True)):
        line = Line(id=new_id(), case=case)
        for column in roster.columns:
            if column is named:
                value: Any = None
                if text:
                    line.person_id, line.shown_name, words = who(text)
                    value = line.person_id
                    if words is None and value in seen:
                        words = _("This person stands on the list already.")
                    seen.add(value)
                else:
                    words = None
            else:
                value, words = answers.read(column, _coded(column, row.get(column.name), at), known=exists)
            if words is None and column.required and value is None:
                words = _("Fill in: %(field)s") % {"field": column.label}
            if words is not None:
                wrong.append(WrongCell(place, column, words))
            elif column.type == "money":
                line.asked = value
            elif column is not named and value is not None:
                line.values[column.name] = value
        lines.append(line)
    return lines, wrong


def _text(typed: Any) -> str:
    return names.seen(str(typed if typed is not None else ""))


def _coded(column: Question, typed: Any, at: datetime) -> Any:
    """The code of a choice somebody wrote in words, as in a sheet."""
    text = _text(typed)
    if column.type == "code":
        return codes.read(column.code_list, text, days.business_day(at)) or text
    by_word = {word: one.code for one in column.choices for word in (one.label.zh, one.label.en)}
    return by_word.get(text, text) if column.type == "choice" else typed


def _writes(actor: Actor, at: datetime, case_id: UUID) -> tuple[Case, Question]:
    """One's own case, locked, and its roster."""
    case = asking.own(actor, case_id, WRITES, at=at)
    return case, roster_of(versions.definition(case.version))


def roster_of(matter: Matter) -> Question:
    """The roster a matter asks for; whoever looks for one that is not there finds nothing."""
    if matter.roster is None:
        raise NotForYou("no_such_list", _("This request has no list."))
    return matter.roster


def _line(case: Case, line_id: UUID) -> Line:
    line = case.lines.filter(pk=line_id).first()
    if line is None:
        raise NotForYou("no_such_line", _("There is no such line in your list."))
    return line


def _last(case: Case) -> int:
    """The highest number a line of this case ever had: what was said of a line that is gone stays with its number."""
    here = case.lines.aggregate(last=Max("number"))["last"] or 0
    return max(here, case.line_answers.aggregate(last=Max("number"))["last"] or 0)


def _touch(case: Case, at: datetime) -> None:
    case.changed_at = at
    case.save(update_fields=["changed_at"])


def _full(most: int) -> Refusal:
    return Refusal(
        "list_full",
        _("At most %(most)d lines fit in one request. Ask for the others in a second one.") % {"most": most},
    )
