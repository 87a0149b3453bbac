"""What is held already of what a return would ask: numbers made of facts, what ports answer, each with its source."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhijia.campaigns.asking import PORT, About, port
from zhijia.campaigns.models import Drive
from zhijia.campaigns.queries import measuring
from zhijia.catalogue import definitions, ports
from zhijia.catalogue.campaign_rules import Ask
from zhijia.registers.models import Row
from zhijia.registry import tree
from zhijia.registry.models import Membership


@dataclass(frozen=True, slots=True)
class Held:
    """What a port answers: a number or a text (none: we do not hold it), and where it comes from in words."""

    value: int | str | None
    source: Any


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown in the place of a question."""

    question: Ask
    value: int | str | None
    source: str

    def as_data(self) -> dict[str, Any]:
        """As it is kept with the return."""
        return {"value": self.value, "source": self.source}


def shown(question: Ask, drive: Drive, about: About) -> Shown:
    """What is held for this question."""
    held = question.held
    if held is None:
        raise ValueError(f"{question.name} is asked.")
    if held.told is not None:
        since = about.time.begins if held.over == "period" else None
        value = measuring.at_union(held.told, drive, about.union_id, since=since, until=about.time.ends)
        return Shown(question, value, str(_facts_of(held.told.kind)))
    found: Held = ports.call(port(held), about, held.given)
    return Shown(question, found.value, str(found.source))


def _facts_of(kind: str) -> Any:
    return _("Facts of the platform: %(kind)s") % {"kind": definitions.load().facts[kind].label}


def members(about: About, given: Mapping[str, str]) -> Held:
    """Members at and under the union today."""
    under = tree.under(about.union_id).values("pk")
    many = Membership.objects.filter(union_id__in=under, valid_to__isnull=True).count()
    return Held(many, _("Register of members, today"))


def unions(about: About, given: Mapping[str, str]) -> Held:
    """Unions under it today, without itself."""
    many = tree.under(about.union_id).filter(dissolved_on__isnull=True).exclude(pk=about.union_id).count()
    return Held(many, _("Register of unions, today"))


def field(about: About, given: Mapping[str, str]) -> Held:
    """A field of the row of the list the return is about."""
    row = Row.objects.filter(pk=about.row_id).first() if about.row_id else None
    value = row.values.get(given.get("field", "")) if row else None
    fits = value is not None and not isinstance(value, bool | list | dict)
    return Held(value if fits else None, _("The list it is a row of"))


def register() -> None:
    """Announce what a return can be filled in with."""
    for name, function in (("members", members), ("unions", unions), ("field", field)):
        ports.register(f"{PORT}.{name}", function)
