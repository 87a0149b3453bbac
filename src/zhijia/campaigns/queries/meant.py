"""Who a drive is for in words, and how many that are today: before it is opened, and where its roster is empty."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from time import monotonic
from typing import Any

from django.db.utils import OperationalError
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from psycopg.errors import QueryCanceled

from zhijia.campaigns import who
from zhijia.catalogue import codes
from zhijia.catalogue.campaign_rules import LISTED, Campaign, Subject
from zhijia.catalogue.register_rules import Column
from zhijia.kernel import masking
from zhijia.kernel.context import whole
from zhijia.registers.models import Row
from zhijia.registers.services import versions as lists
from zhijia.registry.models import Employer, Person, Union
from zhijia.rules.schema import declared
from zhijia.rules.words import Language, in_force, of_rule

LONGEST = 5
"""Seconds in which a page counts at most."""
_HOW_MANY = """
SELECT count(*) FROM ({found}) AS f JOIN registry_union AS u ON u.id = f.union_id WHERE u.dissolved_on IS NULL"""

_FIRST = "SELECT f.key FROM ({found}) AS f LIMIT %(most)s"


@dataclass(frozen=True, slots=True)
class Meant:
    """Whom or what a drive is for, line by line, and where to look when there is none."""

    lines: list[str]
    look: str


def said(campaign: Campaign, union: Union, *, on: date) -> Meant:
    """In the reader's language, of a drive of this union."""
    if campaign.subject in LISTED:
        return _listed(campaign, on)
    lines: list[str] = []
    rule = who.rule_of(campaign, on=on)
    if rule is not None:
        language: Language = "zh" if (get_language() or "zh").startswith("zh") else "en"
        terms, subject = in_force(union.division, on), declared.entity(campaign.subject).label
        lines += map(_line, of_rule(rule, language, subject=subject, terms=terms).lines())
    if campaign.who.levels:
        named = [
            codes.label("union_levels", str(Union.Level[one.upper()].value)) for one in campaign.who.levels
        ]
        lines.append(_("Unions of these levels: %(levels)s") % {"levels": _(", ").join(named)})
    if rule is None:
        return Meant(lines or [_("All unions")], _("Look whether such a union lies at or under yours."))
    look = _("Look whether the register holds what is asked here, for those at your union and under it.")
    return Meant(lines, look)


def how_many(campaign: Campaign, union: Union, *, on: date) -> int | None:
    """How many the roster would have, by the statements that make it; none where counting takes too long for a page."""
    many, until = 0, monotonic() + LONGEST
    try:
        for part in who.slices(union):
            found = who.found(campaign, part, on=on)
            if found is None:
                continue
            if monotonic() > until:
                return None
            with whole() as cursor:
                cursor.execute("SELECT set_config('statement_timeout', %s, true)", [f"{LONGEST}s"])
                cursor.execute(_HOW_MANY.format(found=found.sql), found.params)
                many += cursor.fetchone()[0]
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            return None
        raise
    return many


def some(campaign: Campaign, union: Union, *, on: date, most: int) -> list[str]:
    """The names of the first whom the roster would have, as lists mask them: of those that whoever asks may see. Those
    found until then, where finding them takes too long for a page."""
    names, until = list[str](), monotonic() + LONGEST
    try:
        for part in who.slices(union):
            found = who.found(campaign, part, on=on)
            if found is None:
                continue
            if monotonic() > until:
                break
            with whole() as cursor:
                cursor.execute("SELECT set_config('statement_timeout', %s, true)", [f"{LONGEST}s"])
                cursor.execute(_FIRST.format(found=found.sql), {**found.params, "most": most})
                keys = [key for (key,) in cursor.fetchall()]
            names += _NAMES[campaign.subject](keys)
            if len(names) >= most:
                break
    except OperationalError as error:
        if not isinstance(error.__cause__, QueryCanceled):
            raise
    return names[:most]


def _people(keys: Sequence[Any]) -> list[str]:
    seen = Person.objects.filter(pk__in=keys).exclude(name="")
    return [masking.name(name) for name in seen.values_list("name", flat=True)]


def _rows(keys: Sequence[Any]) -> list[str]:
    """What rows are called; of one that is about a person, masked."""
    seen = Row.objects.filter(pk__in=keys).values_list("title", "person_id")
    return [masking.name(title) if person else title for title, person in seen]


_NAMES: Mapping[Subject, Callable[[Sequence[Any]], list[str]]] = {
    "person": _people,
    "row": _rows,
    "household": _rows,
    "union": lambda keys: list(Union.objects.filter(pk__in=keys).values_list("name", flat=True)),
    "employer": lambda keys: list(Employer.objects.filter(pk__in=keys).values_list("name", flat=True)),
}


def _line(text: str) -> str:
    """A line of a rule as a line of a list: only what stands deeper still shows it."""
    said = text.lstrip(" ")
    return "— " * ((len(text) - len(said)) // 2 - 1) + said.removeprefix("- ")


def _listed(campaign: Campaign, on: date) -> Meant:
    kept = lists.all_in_force(day=on).get(campaign.who.of or "")
    if kept is None:
        return Meant([_("A list that is not kept here.")], "")
    lines = [_("Entries of the list “%(list)s”") % {"list": kept.label}]
    if campaign.who.states:
        labels = {state.code: str(state.label) for state in kept.stations}
        states = _(", ").join(labels.get(one, one) for one in campaign.who.states)
        lines.append(_("State: %(states)s") % {"states": states})
    for name, values in sorted(campaign.who.where.items()):
        field = kept.by_name.get(name)
        words = _(", ").join(_value(field, value) for value in values)
        lines.append(_("%(field)s: %(values)s") % {"field": field.label if field else name, "values": words})
    look = _("Look at the list “%(list)s”: whether your union and those under it keep such entries in it.")
    return Meant(lines, look % {"list": kept.label})


def _value(field: Column | None, value: Any) -> str:
    """A value of a field as people read it; as it is kept where the list has no such field any more."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if field is None:
        return str(value)
    if field.type == "code":
        return str(codes.label(field.code_list, str(value)))
    return next((str(choice.label) for choice in field.choices if str(choice.code) == str(value)), str(value))
