"""What a request does to a list when it is granted: a row is added, or one ends, by the right of whoever decided last.
`given` names for each field the question its value comes from; `=today`, `=union`, `=union_name`, `=person` and `=…`
are fixed."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhijia.catalogue import definitions, given_checks, ports
from zhijia.catalogue.asking.answers import Wrong
from zhijia.catalogue.matter_rules import Matter, Outcome, Question
from zhijia.catalogue.register_rules import FILES, Column
from zhijia.catalogue.sentences import Said, said, type_words
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.registers import values
from zhijia.registers.models import Row
from zhijia.registers.services import adding, changing, lists, moving, writing
from zhijia.registers.services.lists import Kept
from zhijia.registers.services.writing import Source
from zhijia.registry.models import Union
from zhijia.vault import services as vault

ADD, END = "registers.add", "registers.end"
CASE = "case"
MATERIALS = "materials."
FIXED = {"=today": "date", "=union": "union", "=union_name": "text", "=person": "person"}
SEALED = "matters_answer.value"
Given = Mapping[str, str]


def add(*, actor: Actor, at: datetime, case: Any, given: Given) -> None:
    """The outcome of a matter: a row of what was answered, kept where it was decided last by a union that keeps the
    list. Twice is once."""
    kept = lists.ready(given["list"], at=at)
    source = Source(CASE, str(case.pk), given["list"])
    if adding.of_source(kept, source) is None:
        union = _keeper(kept, case)
        told = _judged(kept, case, given, at, union)
        adding.write(actor=actor, at=at, kept=kept, union=union, said=told, source=source)


def can_add(*, at: datetime, case: Any, given: Given) -> None:
    """Whether the list could take what was answered so far. Raises NotTaken."""
    kept = lists.ready(given["list"], at=at)
    union = Union.objects.get(pk=case.union_id)
    steps = {name for name in given.values() if name.startswith(MATERIALS)}
    now = {name: asked for name, asked in given.items() if asked not in steps}
    _judged(kept, case, now, at, union, whole=False)


def end(*, actor: Actor, at: datetime, case: Any, given: Given) -> None:
    """The outcome of a matter: the row of the number that was answered ends, in the state `given` names or the first
    that ends one. Twice is once; raises Refusal where there is no such row here."""
    kept = lists.ready(given["list"], at=at)
    row = _named(kept, case, given)
    if row.ended_on is None:
        ends = [state.code for state in kept.definition.stations if state.ends]
        goes = moving.way(kept, row.state, given.get("state", f"={ends[0]}").removeprefix("="))
        reason = str(_("Request %(number)s") % {"number": case.number})
        today = days.business_day(at)
        moving.carry(actor=actor, at=at, kept=kept, row=row, goes=goes, day=today, reason=reason)


def can_end(*, at: datetime, case: Any, given: Given) -> None:
    """Whether there is a row of that number, and it stands."""
    kept = lists.ready(given["list"], at=at)
    changing.require_open(_named(kept, case, given))


def fits(matter: Matter, outcome: Outcome) -> Iterator[Said]:
    """What is wrong with what a matter's definition hands a list, one sentence each."""
    register = definitions.load().registers.get(outcome.given.get("list", ""))
    if register is None:
        yield said("no_list", "outcomes", name=outcome.given.get("list", ""))
        return
    if matter.code not in register.matters:
        yield said("not_from_there", "outcomes", name=matter.label, list=register.label)
    questions = {question.name: question for question in matter.form}
    if outcome.port == END:
        if outcome.given.get("number") not in questions:
            yield said("no_question", "outcomes", name=outcome.given.get("number", "number"))
        return
    told = {name: asked for name, asked in outcome.given.items() if name != "list"}
    yield from given_checks.misplaced("outcomes", register, told, definitions.load().registers)
    for name, asked in told.items():
        if (column := register.by_name.get(name)) is not None:
            yield from _field_fits(column, asked, questions, matter)


def register() -> None:
    """Answer the ports that definitions name."""
    for name, done, ready in ((ADD, add, can_add), (END, end, can_end)):
        ports.register(f"matters.outcome.{name}", done)
        ports.register(f"matters.ready.{name}", ready)
        ports.register(f"matters.fits.{name}", fits)


def _field_fits(
    column: Column, asked: str, questions: Mapping[str, Question], matter: Matter
) -> Iterator[Said]:
    question = questions.get(asked)
    if asked.startswith(MATERIALS):
        known = {material.code for material in matter.materials}
        if asked.removeprefix(MATERIALS) not in known or column.type not in FILES:
            yield said("no_question", "outcomes", name=asked)
    elif asked.startswith("="):
        fixed = FIXED.get(asked)
        wrong = values.misfit(column, asked[1:]) is not None if fixed is None else fixed != column.type
        if wrong:
            yield _other_type(column, type_words(fixed) if fixed else asked)
    elif question is None:
        yield said("no_question", "outcomes", name=asked)
    elif not _same(column, question):
        yield _other_type(column, type_words(question.type))


def _other_type(column: Column, other: object) -> Said:
    return said("other_type", "outcomes", name=column.label, type=type_words(column.type), other=other)


def _same(column: Column, question: Question) -> bool:
    """Whether every answer is of a type the field takes; lengths and bounds are looked at when it is handed in."""
    if question.sealed and not column.sealed:
        return False
    if question.type in {"choice", "choices"}:
        return column.type == question.type and question.offered <= column.offered
    if question.type == "code":
        return column.code_list == question.code_list
    return column.type == question.type or (question.type, column.type) == ("text", "long_text")


def _judged(
    kept: Kept, case: Any, given: Given, at: datetime, union: Union, *, whole: bool = True
) -> writing.Said:
    """The values of the row; what is not answered yet is not missed unless it has to be `whole`. Raises NotTaken."""
    register = kept.definition
    held = {answer.name: answer for answer in case.answers.all()}
    found = {
        name: _value(register.by_name[name], asked, case, held, at)
        for name, asked in given.items()
        if name != "list"
    }
    wrong = [
        Wrong(name, f"{register.by_name[name].label}: {words}")
        for name, value in found.items()
        if value is not None and (words := values.misfit(register.by_name[name], value)) is not None
    ]
    if not whole:
        lacking = [column.name for column in register.fields if found.get(column.name) is None]
        register = register.model_copy(
            update={
                "fields": tuple(
                    column.model_copy(update={"required": column.required and column.name not in lacking})
                    for column in register.fields
                )
            }
        )
    return writing.judged(register, found, wrong, before={}, at=at, union=union)


def _value(column: Column, asked: str, case: Any, held: Mapping[str, Any], at: datetime) -> Any:
    if asked == "=today":
        return days.business_day(at).isoformat()
    if asked == "=union":
        return str(case.union_id)
    if asked == "=union_name":
        return Union.objects.values_list("name", flat=True).get(pk=case.union_id)
    if asked == "=person":
        return str(case.person_id) if case.person_id else None
    if asked.startswith("="):
        return int(asked[1:]) if column.type in {"whole", "money"} else asked[1:]
    if asked.startswith(MATERIALS):
        code = asked.removeprefix(MATERIALS)
        files = case.materials.filter(code=code).order_by("pk").values_list("file_id", flat=True)
        return list(map(str, files)) or None
    answer = held.get(asked)
    if answer is None or answer.value is None:
        return None
    return vault.read_inside(SEALED, answer.pk) if column.sealed else answer.value


def _keeper(kept: Kept, case: Any) -> Union:
    """The last of the unions that decided which keeps the list, else the one where the request began. Raises Refusal
    where none of them does."""
    levels = {writing.LEVELS[level] for level in kept.definition.levels}
    done = case.steps.filter(state="done").order_by("-number").values_list("seat_id", flat=True)
    for union_id in (*done, case.union_id):
        union = Union.objects.get(pk=union_id)
        if union.level in levels:
            return union
    raise Refusal(
        "not_kept_here",
        _("%(list)s is not kept at this level of unions.") % {"list": kept.definition.label},
    )


def _named(kept: Kept, case: Any, given: Given) -> Row:
    """The row of the number that was answered, held. Raises Refusal."""
    answer = case.answers.values_list("value", flat=True).get(name=given["number"])
    number = int(answer) if str(answer).isdecimal() else 0
    row = Row.objects.select_for_update().filter(register_id=kept.id, number=number).first()
    if row is None:
        raise Refusal(
            "no_such_number",
            _("%(list)s has no number %(number)s.") % {"list": kept.definition.label, "number": answer},
        )
    return row
