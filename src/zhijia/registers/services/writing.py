"""A new or changed row, as it is put into the database: what all services that write one share."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhijia.audit import services as audit
from zhijia.catalogue import purposes
from zhijia.catalogue.asking.answers import Wrong
from zhijia.catalogue.register_rules import Column, Register
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.kernel.ids import new_id
from zhijia.registers import conditions, shaping, values
from zhijia.registers.models import Row
from zhijia.registers.services import naming
from zhijia.registers.services.lists import Kept
from zhijia.registers.services.promises import NotTaken
from zhijia.registry import access
from zhijia.registry.models import Union
from zhijia.registry.services import consents
from zhijia.vault import services as vault

SEALED = {
    "text": "registers_row.text",
    "mobile": "registers_row.mobile",
    "id_number": "registers_row.id_number",
}
"""What the vault calls a sealed value of a type."""
LEVELS = {
    "nation": Union.Level.NATION,
    "province": Union.Level.PROVINCE,
    "city": Union.Level.CITY,
    "county": Union.Level.COUNTY,
    "township": Union.Level.TOWNSHIP,
    "grassroots": Union.Level.GRASSROOTS,
    "branch": Union.Level.BRANCH,
}


ONE_BY_ONE = _("What is sealed is written row by row.")


@dataclass(frozen=True, slots=True)
class Source:
    """What wrote a row, and for what: one row stands for each."""

    kind: str
    id: str
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What a row will say: its values, and the clear text of those that are sealed."""

    values: dict[str, Any]
    clear: dict[str, str]


def keeper(actor: Actor, kept: Kept, union_id: int) -> tuple[Actor, Union]:
    """The actor by the right to keep this list at the union, and the union. Raises NotForYou, and Refusal where unions
    of its level do not keep it."""
    actor = access.require(actor, kept.definition.keeper, union_id)
    union = Union.objects.get(pk=union_id)
    if union.level not in {LEVELS[level] for level in kept.definition.levels}:
        raise Refusal(
            "not_kept_here",
            _("%(list)s is not kept at this level of unions.") % {"list": kept.definition.label},
        )
    return actor, union


def locked(actor: Actor, kept: Kept, row_id: UUID) -> tuple[Actor, Row]:
    """The row, held, and the actor by the right to keep it. Raises NotForYou for one they cannot see."""
    row = Row.objects.select_for_update().filter(register_id=kept.id, pk=row_id).first()
    if row is None:
        raise NotForYou("no_such_row", _("There is no such row."))
    return access.require(actor, kept.definition.keeper, row.union_id), row


def read(
    kept: Kept,
    typed: Mapping[str, Any],
    *,
    actor: Actor,
    at: datetime,
    union: Union,
    before: Mapping[str, Any] | None = None,
) -> Said:
    """What was typed over what was there. Raises NotTaken with a sentence beside each field."""
    register = kept.definition
    given, wrong = values.read(register, typed, known=naming.known(actor, at))
    return judged(register, given, wrong, before=before or {}, at=at, union=union)


def judged(
    register: Register,
    given: Mapping[str, Any],
    wrong: list[Wrong],
    *,
    before: Mapping[str, Any],
    at: datetime,
    union: Union,
) -> Said:
    """The values of the row once these are in it: nothing that is not asked, all that is needed, sound as a whole."""
    clear = {name: value for name, value in given.items() if register.by_name[name].sealed and value}
    sealed = {name: before.get(name) or str(new_id()) for name in clear}
    whole = {**before, **given, **sealed}

    def holds(text: str) -> bool | None:
        return conditions.holds(register, text, whole, day=days.business_day(at), division=union.division)

    def asked(column: Column) -> bool:
        return not column.when or holds(column.when) is not False

    whole = {
        column.name: whole[column.name]
        for column in register.fields
        if whole.get(column.name) is not None and asked(column)
    }
    mistaken = {one.name for one in wrong}
    lacking = values.missing(register, whole, lambda column: bool(holds(column.when)))
    wrong = [*wrong, *(one for one in lacking if one.name not in mistaken)]
    if not wrong:
        wrong = [Wrong("", check.words) for check in register.checks if holds(check.rule) is False]
    if wrong:
        raise NotTaken(tuple(wrong))
    return Said(whole, {name: value for name, value in clear.items() if name in whole})


def put(row: Row, kept: Kept, said: Said) -> None:
    """The row says this from now on: its values and all columns that follow from them."""
    register = kept.definition
    name_of = naming.named(register, [said.values])
    row.values = said.values
    for column, value in shaping.columns_of(register, kept.slots, said.values, name_of).items():
        setattr(row, column, value)
    row.other_county_id = (
        Union.objects.get(pk=row.other_union_id).stands_in if row.other_union_id is not None else None
    )
    _require_consent(register, row)


def columns(kept: Kept) -> list[str]:
    """The columns that follow from the values of a row of this list."""
    fills = {column.fills for column in kept.definition.fields if column.fills}
    named = {
        "person": ["person_id"],
        "employer": ["employer_id"],
        "union": ["other_union_id", "other_county_id"],
        "point": ["latitude", "longitude"],
        "hours": [],
    }
    filled = [name for what in sorted(fills) for name in named.get(what, [what])]
    return ["values", "title", "words", *kept.slots.values(), *filled]


def emptied(register: Register, before: Mapping[str, Any], said: Mapping[str, Any]) -> list[str]:
    """The sealed fields that said something before and say nothing now: what lies in the vault has to go."""
    fields = [column.name for column in register.fields if column.sealed]
    return [name for name in fields if before.get(name) and name not in said]


def seal(row: Row, kept: Kept, said: Said, before: Mapping[str, Any], at: datetime) -> None:
    """The clear values lie in the vault; those that went are gone there."""
    place = audit.Place(row.union_id, row.county_id, row.person_id)
    for name, text in said.clear.items():
        kind = SEALED[kept.definition.by_name[name].type]
        vault.seal(kind, UUID(row.values[name]), text, place=place, at=at)
    for name in emptied(kept.definition, before, row.values):
        kind = SEALED[kept.definition.by_name[name].type]
        vault.seal(kind, UUID(before[name]), "", place=place, at=at)


def trail(
    actor: Actor, at: datetime, action: str, kept: Kept, row: Row, reason: str = "", **detail: Any
) -> None:
    """A line on the trail about this row: names of fields, never a value."""
    audit.record(
        actor=actor,
        at=at,
        action=action,
        subject="row",
        subject_id=row.pk,
        place=audit.Place(row.union_id, row.county_id, row.person_id),
        reason=reason,
        detail={"list": kept.code, **detail},
    )


def _require_consent(register: Register, row: Row) -> None:
    """Raises Refusal where the list's purpose rests on consent and the person has not agreed (PI-01)."""
    if row.person_id is None or not register.purpose:
        return
    purpose = purposes.get(register.purpose)
    if purpose.basis == "consent" and not consents.agreed(row.person_id, register.purpose):
        raise Refusal(
            "no_consent",
            _("This person has not agreed to %(purpose)s. Ask them to agree first, on their own page.")
            % {"purpose": purpose.label},
        )
